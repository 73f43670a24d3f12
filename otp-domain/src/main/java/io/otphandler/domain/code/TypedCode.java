package io.otphandler.domain.code;

/**
 * What a user typed, able to say whether it is a given code. Made outside, where the key is; a pure function all the
 * same: the same question has the same answer. Takes constant time for a given kind of issued code.
 */
@FunctionalInterface
public interface TypedCode {

    boolean matches(IssuedCode issued);
}
