package io.otphandler.bootstrap.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests in a real browser, handed to methods that have a parameter of type {@link Browser}.
 *
 * <p>Where there is none, the class is skipped and the build says so; with {@code OTP_BROWSER_REQUIRED=true} it fails.
 * A test fails, too, when its pages leave errors in the console that it did not {@linkplain Browser#expect expect}; of
 * failed tests a screenshot and the console are kept in {@code target/screenshots}. What the pages talk to must live
 * longer than the test method, or errors of requests that are under way must be expected.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("browser")
@ExtendWith(BrowserExtension.class)
public @interface BrowserTest {}
