package io.otphandler.domain.session;

import io.otphandler.domain.channel.CodeType;
import io.otphandler.domain.code.IssuedCode;
import io.otphandler.domain.widget.Leg;

/** A message that is to be handed over now, before its words are filled in. */
public record HandOver(SessionTerms terms, int dispatch, Leg leg, CodeType codeType, IssuedCode code) {}
