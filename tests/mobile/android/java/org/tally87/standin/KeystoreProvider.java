package org.tally87.standin;

import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.InvalidAlgorithmParameterException;
import java.security.Key;
import java.security.KeyStoreSpi;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Stand-in for tests: a provider named as Android's, with keys in memory instead of hardware.
 *  Refuses what Android's would refuse of a key for AES-GCM. The ciphers are the JVM's own. */
public final class KeystoreProvider extends Provider {
    static final Map<String, SecretKey> KEYS = new LinkedHashMap<>();

    public KeystoreProvider() {
        super("AndroidKeyStore", "1.0", "Keys in memory, for tests");
        put("KeyStore.AndroidKeyStore", Store.class.getName());
        put("KeyGenerator.AES", Generator.class.getName());
    }

    public static void install() {
        Security.addProvider(new KeystoreProvider());
    }

    public static int count() {
        return KEYS.size();
    }

    /** As after a restored backup on another machine, or when the lock of the screen was removed. */
    public static void lose() {
        KEYS.clear();
    }

    public static final class Generator extends KeyGeneratorSpi {
        private KeyGenParameterSpec spec;

        @Override
        protected void engineInit(SecureRandom random) {
            throw new UnsupportedOperationException("needs a KeyGenParameterSpec");
        }

        @Override
        protected void engineInit(int size, SecureRandom random) {
            throw new UnsupportedOperationException("needs a KeyGenParameterSpec");
        }

        @Override
        protected void engineInit(AlgorithmParameterSpec given, SecureRandom random)
                throws InvalidAlgorithmParameterException {
            spec = (KeyGenParameterSpec) given;
            int both = KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT;
            if (spec.purposes != both
                    || !Arrays.equals(spec.blockModes, new String[] {"GCM"})
                    || !Arrays.equals(spec.paddings, new String[] {"NoPadding"})
                    || spec.keySize != 256) {
                throw new InvalidAlgorithmParameterException("not a key for AES-256-GCM");
            }
        }

        @Override
        protected SecretKey engineGenerateKey() {
            byte[] bytes = new byte[spec.keySize / 8];
            new SecureRandom().nextBytes(bytes);
            SecretKey key = new SecretKeySpec(bytes, "AES");
            KEYS.put(spec.alias, key);
            return key;
        }
    }

    public static final class Store extends KeyStoreSpi {
        private boolean isLoaded;

        @Override
        public Key engineGetKey(String alias, char[] password) {
            return KEYS.get(alias);
        }

        @Override
        public boolean engineContainsAlias(String alias) {
            return KEYS.containsKey(alias);
        }

        @Override
        public void engineLoad(InputStream stream, char[] password) {
            isLoaded = true;
        }

        @Override
        public Enumeration<String> engineAliases() {
            return Collections.enumeration(KEYS.keySet());
        }

        @Override
        public int engineSize() {
            return KEYS.size();
        }

        @Override
        public boolean engineIsKeyEntry(String alias) {
            return KEYS.containsKey(alias);
        }

        @Override
        public void engineDeleteEntry(String alias) {
            KEYS.remove(alias);
        }

        @Override
        public Certificate[] engineGetCertificateChain(String alias) {
            return null;
        }

        @Override
        public Certificate engineGetCertificate(String alias) {
            return null;
        }

        @Override
        public Date engineGetCreationDate(String alias) {
            return null;
        }

        @Override
        public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetCertificateEntry(String alias, Certificate certificate) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean engineIsCertificateEntry(String alias) {
            return false;
        }

        @Override
        public String engineGetCertificateAlias(Certificate certificate) {
            return null;
        }

        @Override
        public void engineStore(OutputStream stream, char[] password) {
            throw new UnsupportedOperationException();
        }
    }
}
