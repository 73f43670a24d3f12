package io.otphandler.domain.widget;

/**
 * One thing that is wrong with what somebody gave.
 *
 * @param field where, as a path: {@code channels[0].lifetime}
 * @param message what was expected, and what was found
 */
public record Violation(String field, String message) {}
