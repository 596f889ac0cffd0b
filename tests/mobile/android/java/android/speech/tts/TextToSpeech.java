package android.speech.tts;

import android.content.Context;
import android.os.Bundle;
import java.util.LinkedHashSet;
import java.util.Set;

/** Stand-in for tests, with the signatures of android.speech.tts.TextToSpeech. */
public class TextToSpeech {
    public static final int SUCCESS = 0;
    public static final int ERROR = -1;
    public static final int QUEUE_FLUSH = 0;

    public static TextToSpeech latest;

    public interface OnInitListener {
        void onInit(int status);
    }

    private final OnInitListener listener;
    public final Set<Voice> voices = new LinkedHashSet<>();
    public Voice voice;
    public String said = "";
    public int queueMode = -1;
    public boolean stopped;

    public TextToSpeech(Context context, OnInitListener listener) {
        this.listener = listener;
        latest = this;
    }

    /** Android says so some time later, from another thread. */
    public void start(final int status) throws InterruptedException {
        Thread there = new Thread(() -> listener.onInit(status));
        there.start();
        there.join();
    }

    public void add(String language, boolean network, boolean installed) {
        voices.add(new Voice(language, network, installed));
    }

    public Set<Voice> getVoices() {
        return voices;
    }

    public int setVoice(Voice chosen) {
        voice = chosen;
        return SUCCESS;
    }

    public int speak(CharSequence text, int mode, Bundle params, String utteranceId) {
        said = text.toString();
        queueMode = mode;
        return SUCCESS;
    }

    public int stop() {
        stopped = true;
        return SUCCESS;
    }
}
