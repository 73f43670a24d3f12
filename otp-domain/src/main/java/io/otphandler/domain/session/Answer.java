package io.otphandler.domain.session;

import java.util.function.Function;

/** What a caller is told: what they asked for, or why not. */
public sealed interface Answer<T> {

    /** Calls one of the two, whichever this is. */
    <R> R fold(Function<? super T, ? extends R> granted, Function<? super Refusal, ? extends R> refused);

    static <T> Answer<T> granted(T value) {
        return new Granted<>(value);
    }

    static <T> Answer<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    static <T> Answer<T> refused(Refusal.Reason reason) {
        return new Refused<>(Refusal.of(reason));
    }

    record Granted<T>(T value) implements Answer<T> {
        @Override
        public <R> R fold(Function<? super T, ? extends R> granted, Function<? super Refusal, ? extends R> refused) {
            return granted.apply(value);
        }
    }

    record Refused<T>(Refusal refusal) implements Answer<T> {
        @Override
        public <R> R fold(Function<? super T, ? extends R> granted, Function<? super Refusal, ? extends R> refused) {
            return refused.apply(refusal);
        }
    }
}
