DROP TABLE comment_intervals;
DROP TABLE comment_likes;
DROP TABLE comments;
DROP TABLE comment_pages;
