package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.session.ChannelView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes a channel as the wire contract has it. */
final class ChannelJson {
    private ChannelJson() {}

    static Reply reply(ChannelView view, Language language) {
        return Reply.json(200, json(view, language)).with("ETag", EntityTags.quoted(view.tag()));
    }

    private static ObjectNode json(ChannelView view, Language language) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", view.leg().channel().type().wireName());
        json.put("status", view.status().wireName());
        json.put("label", view.leg().channel().label());
        json.put("codeType", view.codeType().wireName());
        json.set("payload", payload(view, language));
        json.set("settings", settings(view));
        json.put("remainingCodeAttempts", view.remainingCodeAttempts());
        return json;
    }

    private static ObjectNode payload(ChannelView view, Language language) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("maskedRecipient", view.terms().recipient().masked());
        put(payload, "sentAt", view.sentAt());
        put(payload, "expiresAt", view.expiresAt());
        put(payload, "restartAvailableAt", view.restartAvailableAt());
        if (view.codeType() == CodeType.CODELESS) {
            payload.put(
                    "help",
                    switch (language) {
                        case RU -> "Подтвердите запрос, который пришёл на ваше устройство";
                        case EN -> "Confirm the request that has come to your device";
                    });
        }
        return payload;
    }

    private static void put(ObjectNode payload, String name, @Nullable Instant at) {
        if (at != null) {
            payload.put(name, at.toString());
        }
    }

    private static ObjectNode settings(ChannelView view) {
        ChannelSettings settings = view.settings();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("lifetime", settings.lifetime().toSeconds())
                .put("numberOfTries", settings.numberOfTries())
                .put("numberOfRestart", settings.numberOfRestart())
                .put("restartCooldown", settings.restartCooldown().toSeconds());
        json.putObject("code")
                .put("length", view.codeLength())
                .put("beautify", settings.code().beautify());
        return json;
    }
}
