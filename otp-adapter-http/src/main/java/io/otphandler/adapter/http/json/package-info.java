/** Strict reading of JSON, with all that is wrong with it told at once, and the JSON form of a widget. */
@NullMarked
package io.otphandler.adapter.http.json;

import org.jspecify.annotations.NullMarked;
