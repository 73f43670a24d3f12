/** The whole service but for its edges: put it together with {@link io.otphandler.application.Application}. */
@NullMarked
package io.otphandler.application;

import org.jspecify.annotations.NullMarked;
