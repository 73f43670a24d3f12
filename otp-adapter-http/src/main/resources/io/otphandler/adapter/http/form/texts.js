const texts = {};
