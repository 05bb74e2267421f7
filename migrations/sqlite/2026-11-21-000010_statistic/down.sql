DROP TABLE statistic_visitor_total;
DROP TABLE statistic_visitors;
DROP TABLE statistic_sites;
DROP TABLE statistic_pages;
