//! Both backends obey the laws of every repository.

mod sqlite {
    use crate::support::sqlite as store;

    mod accounts {
        inkstone_accounts::account_repository_contract!(super::store());
    }
    mod api_tokens {
        inkstone_accounts::api_token_repository_contract!(super::store());
    }
    mod comments {
        inkstone_comments::comment_repository_contract!(super::store());
        inkstone_comments::comment_report_contract!(super::store());
    }
    mod comment_transfer {
        inkstone_comments::comment_transfer_contract!(super::store());
    }
    mod fields {
        inkstone_fields::field_repository_contract!(super::store());
    }
    mod friends {
        inkstone_friends::friend_repository_contract!(super::store());
        inkstone_friends::friend_transfer_contract!(super::store());
    }
    mod images {
        inkstone_media::image_repository_contract!(super::store());
    }
    mod outbox {
        inkstone_notifications::outbox_repository_contract!(super::store());
    }
    mod inbox {
        inkstone_notifications::inbox_repository_contract!(super::store());
    }
    mod readmore {
        inkstone_readmore::readmore_contract!(super::store());
    }
    mod settings {
        inkstone_settings::setting_repository_contract!(super::store());
    }
    mod stats {
        inkstone_stats::stats_repository_contract!(super::store());
        inkstone_stats::stats_report_contract!(super::store());
    }
    mod statistic {
        inkstone_stats::statistic_repository_contract!(super::store());
    }
    mod stats_transfer {
        inkstone_stats::stats_transfer_contract!(super::store());
    }
    mod talks {
        inkstone_talks::talk_repository_contract!(super::store());
        inkstone_talks::talk_transfer_contract!(super::store());
    }
    mod throttles {
        inkstone_accounts::throttle_repository_contract!(super::store());
    }
}

mod postgres {
    use crate::support::postgres as store;

    mod accounts {
        inkstone_accounts::account_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod api_tokens {
        inkstone_accounts::api_token_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod comments {
        inkstone_comments::comment_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
        inkstone_comments::comment_report_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod comment_transfer {
        inkstone_comments::comment_transfer_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod fields {
        inkstone_fields::field_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod friends {
        inkstone_friends::friend_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
        inkstone_friends::friend_transfer_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod images {
        inkstone_media::image_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod outbox {
        inkstone_notifications::outbox_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod inbox {
        inkstone_notifications::inbox_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod readmore {
        inkstone_readmore::readmore_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod settings {
        inkstone_settings::setting_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod stats {
        inkstone_stats::stats_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
        inkstone_stats::stats_report_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod statistic {
        inkstone_stats::statistic_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod stats_transfer {
        inkstone_stats::stats_transfer_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod talks {
        inkstone_talks::talk_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
        inkstone_talks::talk_transfer_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
    mod throttles {
        inkstone_accounts::throttle_repository_contract!(super::store(), [#[ignore = "needs TEST_POSTGRES_URL"]]);
    }
}
