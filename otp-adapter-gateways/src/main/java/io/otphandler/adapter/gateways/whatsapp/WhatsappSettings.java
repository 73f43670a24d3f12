package io.otphandler.adapter.gateways.whatsapp;

import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A business number at WhatsApp.
 *
 * @param template the name of the authentication template
 * @param languages the template's languages by ours, such as {@code en} to {@code en_US}; one that is not named is itself
 * @param appSecret signs callbacks; null: none are expected
 * @param verifyToken shows that we know the app, when the callbacks' address is registered; null: none are expected
 */
record WhatsappSettings(
        URI url,
        String version,
        String phoneNumberId,
        Secret token,
        String template,
        Map<String, String> languages,
        @Nullable Secret appSecret,
        @Nullable Secret verifyToken,
        Duration timeout) {}
