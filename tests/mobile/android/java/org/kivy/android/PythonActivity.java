package org.kivy.android;

import android.content.ActivityNotFoundException;
import android.content.Context;
import android.content.Intent;
import android.location.LocationManager;
import android.net.ConnectivityManager;
import android.view.Window;

/** Stand-in for tests: python-for-android's activity, as far as the tablet asks it for services. */
public class PythonActivity extends Context {
    public static PythonActivity mActivity = new PythonActivity();

    public final LocationManager location = new LocationManager();
    public final ConnectivityManager connectivity = new ConnectivityManager();

    public final Window window = new Window();

    public boolean hasTelephone = true;
    public Intent started;

    public void startActivity(Intent intent) {
        if (!hasTelephone) {
            throw new ActivityNotFoundException("nobody dials here");
        }
        started = intent;
    }

    public Window getWindow() {
        return window;
    }

    @Override
    public Object getSystemService(String name) {
        switch (name) {
            case LOCATION_SERVICE:
                return location;
            case CONNECTIVITY_SERVICE:
                return connectivity;
            default:
                return null;
        }
    }
}
