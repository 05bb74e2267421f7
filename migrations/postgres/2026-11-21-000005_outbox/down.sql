DROP TABLE unsubscribed;
DROP TABLE outbox_queues;
DROP TABLE outbox;
