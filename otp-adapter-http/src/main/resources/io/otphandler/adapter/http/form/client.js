const base = '/api/n/otp-handler';

export const apiPath = () => base;
