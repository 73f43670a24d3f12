package io.otphandler.application.port;

/**
 * A message as its provider knows it.
 *
 * @param gateway the name of the one that handed it over
 * @param messageId the provider's name of it, or of one of its parts
 */
public record ProviderMessage(String gateway, String messageId, DispatchId dispatch) {

    /** Longer names than any provider gives; what is longer cannot be kept. */
    public static final int MAX_ID_LENGTH = 255;
}
