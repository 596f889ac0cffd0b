package android.security.keystore;

import java.security.spec.AlgorithmParameterSpec;

/** Stand-in for tests: what a key may be used for, built with the signatures of Android's class. */
public final class KeyGenParameterSpec implements AlgorithmParameterSpec {
    public final String alias;
    public final int purposes;
    public final String[] blockModes;
    public final String[] paddings;
    public final int keySize;

    private KeyGenParameterSpec(Builder built) {
        alias = built.alias;
        purposes = built.purposes;
        blockModes = built.blockModes;
        paddings = built.paddings;
        keySize = built.keySize;
    }

    public static final class Builder {
        private final String alias;
        private final int purposes;
        private String[] blockModes = new String[0];
        private String[] paddings = new String[0];
        private int keySize = -1;

        public Builder(String keystoreAlias, int purposes) {
            this.alias = keystoreAlias;
            this.purposes = purposes;
        }

        public Builder setBlockModes(String... blockModes) {
            this.blockModes = blockModes.clone();
            return this;
        }

        public Builder setEncryptionPaddings(String... paddings) {
            this.paddings = paddings.clone();
            return this;
        }

        public Builder setKeySize(int keySize) {
            this.keySize = keySize;
            return this;
        }

        public KeyGenParameterSpec build() {
            return new KeyGenParameterSpec(this);
        }
    }
}
