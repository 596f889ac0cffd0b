package android.net;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Stand-in for tests: encodes as Android does, for the characters of telephone numbers. */
public final class Uri {
    private final String text;

    private Uri(String text) {
        this.text = text;
    }

    public static Uri fromParts(String scheme, String part, String fragment) {
        String encoded = URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
        String end = fragment == null ? "" : "#" + fragment;
        return new Uri(scheme + ":" + encoded + end);
    }

    @Override
    public String toString() {
        return text;
    }
}
