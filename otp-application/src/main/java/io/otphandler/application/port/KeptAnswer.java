package io.otphandler.application.port;

/**
 * An answer that is given again.
 *
 * @param status of HTTP
 */
public record KeptAnswer(int status, String body) {}
