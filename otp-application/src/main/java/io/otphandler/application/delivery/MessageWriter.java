package io.otphandler.application.delivery;

import io.otphandler.application.code.CodeKey;
import io.otphandler.application.port.DispatchId;
import io.otphandler.application.port.Message;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.ChannelType;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.channel.Wording;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.session.HandOver;

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
        Channel channel = handOver.leg().channel();
        ChannelSettings settings = channel.settings();
        Wording wording =
                new Wording(code.digits(), settings.lifetime(), terms.widget().origin());
        boolean isBound = channel.type() == ChannelType.SMS && handOver.codeType() == CodeType.CODE;
        String subject = template.subject();
        String text = template.text();
        return new Message(
                new DispatchId(terms.id(), handOver.dispatch()),
                terms.account(),
                channel.type(),
                handOver.codeType(),
                terms.recipient(),
                template.sender(),
                subject == null ? null : wording.fill(subject),
                text == null ? null : isBound ? wording.fillSms(text) : wording.fill(text),
                code,
                template.locale(),
                settings.lifetime());
    }
}
