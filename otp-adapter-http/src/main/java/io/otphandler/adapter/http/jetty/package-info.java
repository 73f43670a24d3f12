/** What lies between the socket and the routes: bodies, methods, origins, stopping, and errors that no route ever saw. Knows nothing of this API. */
@NullMarked
package io.otphandler.adapter.http.jetty;

import org.jspecify.annotations.NullMarked;
