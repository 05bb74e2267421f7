DROP TABLE readmore_articles;
DROP TABLE readmore_browses;
DROP TABLE readmore_subscribers;
DROP TABLE readmore_tokens;
DROP TABLE readmore_captchas;
