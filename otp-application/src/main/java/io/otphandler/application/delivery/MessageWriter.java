package io.otphandler.application.delivery;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Message;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.HandOver;
import io.otphandler.domain.widget.Widget;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Fills in what a template leaves open. Thread-safe. */
final class MessageWriter {

    private final CodeKey codes;

    MessageWriter(CodeKey codes) {
        this.codes = codes;
    }

    Message write(HandOver handOver) {
        Code code = codes.derive(handOver.code());
        var terms = handOver.terms();
        var template = handOver.leg().template();
        ChannelSettings settings = handOver.leg().channel().settings();
        return new Message(
                new DispatchId(terms.id(), handOver.dispatch()),
                terms.account(),
                handOver.leg().channel().type(),
                handOver.codeType(),
                terms.recipient(),
                template.sender(),
                fill(template.subject(), code, settings.lifetime(), terms.widget()),
                fill(template.text(), code, settings.lifetime(), terms.widget()),
                code,
                template.locale(),
                settings.lifetime());
    }

    /** {@code {{ttl}}} is whole minutes, as with the providers people come from: rounded down, at least one. */
    private static @Nullable String fill(@Nullable String text, Code code, Duration lifetime, Widget widget) {
        return text == null || text.indexOf('{') < 0
                ? text
                : text.replace("{{ttl}}", Long.toString(Math.max(1, lifetime.toMinutes())))
                        .replace("{{origin}}", Objects.requireNonNullElse(widget.origin(), ""))
                        .replace("{{code}}", code.digits());
    }
}
