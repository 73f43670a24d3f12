/** The wire API: routes, what a request may ask and what an answer looks like. The only place that knows both the API's errors and the application's refusals. */
@NullMarked
package io.otphandler.adapter.http;

import org.jspecify.annotations.NullMarked;
