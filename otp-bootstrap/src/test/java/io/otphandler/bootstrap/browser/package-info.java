/**
 * Tests of what people see, in a real Chromium.
 *
 * <p>A class with {@link io.otphandler.bootstrap.browser.BrowserTest} asks for a {@link
 * io.otphandler.bootstrap.browser.Browser} as a parameter of its methods. It has one browser for all its tests; each of
 * them finds it as if it had never been used.
 */
package io.otphandler.bootstrap.browser;
