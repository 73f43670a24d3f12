package io.otphandler.adapter.gateways.http;

import io.otphandler.adapter.gateways.call.Signatures;
import io.otphandler.adapter.gateways.kind.Secret;
import io.otphandler.application.port.Callback;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a callback proves that the provider sent it. Immutable. */
sealed interface CallbackSignature {

    /** Why it is not believed; empty: it is. */
    Optional<String> doubt(Callback callback);

    /** Signed over id, time and body. */
    record Webhook(StandardWebhooks signing) implements CallbackSignature {
        @Override
        public Optional<String> doubt(Callback callback) {
            Optional<String> id = callback.header(StandardWebhooks.ID);
            Optional<String> timestamp = callback.header(StandardWebhooks.TIMESTAMP);
            Optional<String> signature = callback.header(StandardWebhooks.SIGNATURE);
            if (id.isEmpty() || timestamp.isEmpty() || signature.isEmpty()) {
                return Optional.of("it is not signed");
            }
            if (!signing.isSignedBy(signature.get(), id.get(), timestamp.get(), callback.body())) {
                return Optional.of("its signature is wrong");
            }
            return StandardWebhooks.isFresh(timestamp.get(), callback.at())
                    ? Optional.empty()
                    : Optional.of("it was signed too long ago, or in the future");
        }
    }

    /** A keyed hash of the body in a header. */
    record Hmac(String header, String algorithm, boolean isHex, String prefix, Secret secret)
            implements CallbackSignature {
        @Override
        public Optional<String> doubt(Callback callback) {
            Optional<String> given = callback.header(header);
            if (given.isEmpty()) {
                return Optional.of("it is not signed");
            }
            byte[] hash = Signatures.hmac(algorithm, secret.bytes(), callback.body());
            String expected = prefix
                    + (isHex
                            ? HexFormat.of().formatHex(hash)
                            : Base64.getEncoder().encodeToString(hash));
            String signature = isHex ? given.get().toLowerCase(Locale.ROOT) : given.get();
            return Signatures.areEqual(signature, isHex ? expected.toLowerCase(Locale.ROOT) : expected)
                    ? Optional.empty()
                    : Optional.of("its signature is wrong");
        }
    }

    /** A name and a password. */
    record Basic(String username, Secret password) implements CallbackSignature {
        @Override
        public Optional<String> doubt(Callback callback) {
            return callback.header("authorization")
                            .filter(given -> Signatures.areEqual(given, RequestTemplate.basic(username, password)))
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of("its name or password is wrong");
        }
    }

    /** A secret as it is, in a header or a parameter of the query. */
    record Token(@Nullable String header, @Nullable String parameter, String prefix, Secret secret)
            implements CallbackSignature {
        @Override
        public Optional<String> doubt(Callback callback) {
            Optional<String> given = header != null
                    ? callback.header(header)
                    : parameter != null ? callback.parameter(parameter) : Optional.empty();
            return given.filter(token -> Signatures.areEqual(token, prefix + secret.value()))
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of("its token is wrong");
        }
    }
}
