/** TLS and HTTP/2 on a port. Loaded only where a certificate is configured. */
@NullMarked
package io.otphandler.adapter.http.tls;

import org.jspecify.annotations.NullMarked;
