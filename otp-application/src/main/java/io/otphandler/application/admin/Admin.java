package io.otphandler.application.admin;

import io.otphandler.domain.widget.AccountId;

/**
 * Who administers.
 *
 * @param root whether they may do so for every account
 */
public record Admin(AccountId account, boolean root) {

    public boolean mayManage(AccountId owner) {
        return root || owner.equals(account);
    }
}
