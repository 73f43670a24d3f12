const numbers = {};
