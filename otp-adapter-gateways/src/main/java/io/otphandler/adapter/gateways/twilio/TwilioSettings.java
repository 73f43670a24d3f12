package io.otphandler.adapter.gateways.twilio;

import io.otphandler.adapter.gateways.kind.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An account at Twilio.
 *
 * @param authToken signs its callbacks
 * @param user of requests, with {@code password}: the account itself or a key of it
 * @param from the sender of messages that name none; null: the messaging service's
 * @param callbackUrl where the world reaches us; null: nothing is reported
 */
record TwilioSettings(
        URI url,
        String account,
        Secret authToken,
        String user,
        Secret password,
        @Nullable String from,
        @Nullable String messagingService,
        @Nullable String callbackUrl,
        Duration timeout) {}
