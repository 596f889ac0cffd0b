package android.content;

import android.net.Uri;

/** Stand-in for tests. */
public class Intent {
    public static final String ACTION_DIAL = "android.intent.action.DIAL";

    public final String action;
    public final Uri data;

    public Intent(String action) {
        this(action, null);
    }

    public Intent(String action, Uri data) {
        this.action = action;
        this.data = data;
    }
}
