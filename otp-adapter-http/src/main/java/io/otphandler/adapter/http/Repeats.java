package io.otphandler.adapter.http;

import io.otphandler.application.once.AnswerOnce;
import io.otphandler.application.once.Form;
import io.otphandler.application.port.KeptAnswer;
import io.otphandler.application.port.Sessions;
import io.otphandler.application.session.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Has calls that come with an {@code Idempotency-Key} take effect, and be answered, once. Thread-safe. */
final class Repeats {
    /** A route in two steps. */
    @FunctionalInterface
    interface Endpoint {
        /** Reads all of the request and refuses what is malformed; does nothing yet. */
        Deed read(Call call);
    }

    /** What was asked for. */
    @FunctionalInterface
    interface Deed {
        /** Does it, and answers; asks the request for nothing but its language. */
        CompletableFuture<Reply> done(Caller caller);
    }

    private static final Form<Reply> FORM = new Form<>() {
        @Override
        public Optional<KeptAnswer> keep(Reply reply) {
            return reply.tellsSuccess()
                    ? Optional.of(new KeptAnswer(reply.status(), new String(reply.body(), StandardCharsets.UTF_8)))
                    : Optional.empty();
        }

        @Override
        public Reply again(KeptAnswer kept) {
            return Reply.json(kept.status(), kept.body().getBytes(StandardCharsets.UTF_8));
        }
    };

    private final AnswerOnce answers;

    Repeats(AnswerOnce answers) {
        this.answers = answers;
    }

    /** Answers it at once, unless it has to wait for another with the same key. */
    CompletableFuture<Reply> answer(Call call, Endpoint endpoint) {
        String key = IdempotencyKey.of(call);
        Deed deed = endpoint.read(call);
        Caller caller = call.caller();
        if (key == null) {
            return deed.done(caller);
        }
        call.rememberLanguage();
        return answers.answer(call.question(key), FORM, keyed -> Sessions.joined(deed.done(caller.with(keyed))));
    }
}
