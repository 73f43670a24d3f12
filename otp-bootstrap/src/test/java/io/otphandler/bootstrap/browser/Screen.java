package io.otphandler.bootstrap.browser;

/** What people look at, in CSS pixels. */
public enum Screen {
    /** A small phone, touched, two dots to a pixel. */
    PHONE(360, 740, 2, true),
    DESKTOP(1280, 800, 1, false);

    final int width;
    final int height;
    final int scale;
    final boolean mobile;

    Screen(int width, int height, int scale, boolean mobile) {
        this.width = width;
        this.height = height;
        this.scale = scale;
        this.mobile = mobile;
    }
}
