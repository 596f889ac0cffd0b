package android.speech.tts;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Stand-in for tests, with the signatures of android.speech.tts.Voice. */
public class Voice {
    private final Locale locale;
    private final boolean network;
    private final Set<String> features = new HashSet<>();

    public Voice(String language, boolean network, boolean installed) {
        this.locale = new Locale.Builder().setLanguage(language).build();
        this.network = network;
        if (!installed) {
            features.add("notInstalled");
        }
    }

    public Locale getLocale() {
        return locale;
    }

    public boolean isNetworkConnectionRequired() {
        return network;
    }

    public Set<String> getFeatures() {
        return features;
    }
}
