const api = '/api/n/otp-handler';
