/** Who is calling: bearer tokens and the keys that they are checked with. */
@NullMarked
package io.otphandler.adapter.http.token;

import org.jspecify.annotations.NullMarked;
