package io.otphandler.application.port;

import java.util.UUID;

/**
 * A request whose move is made once, however often it is asked for.
 *
 * @param request the request's id
 * @param done the answer that says that the move was made; given again from then on
 */
public record Once<A>(UUID request, A done) {}
