//! The tables, for both backends; a test compares them with the databases.

diesel::table! {
    comment_pages (id) {
        id -> BigInt,
        site_id -> Text,
        slug_key -> Text,
        slug_path -> Nullable<Text>,
        url_key -> Text,
        roots -> BigInt,
        shown -> BigInt,
        approved -> BigInt,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        created -> BigInt,
        page_id -> BigInt,
        root_id -> Nullable<BigInt>,
        parent_id -> Nullable<BigInt>,
        shown -> Bool,
        site_id -> Text,
        post_slug -> Text,
        post_url -> Nullable<Text>,
        post_title -> Nullable<Text>,
        name -> Text,
        email -> Text,
        url -> Nullable<Text>,
        content_text -> Text,
        content_html -> Text,
        likes -> BigInt,
        priority -> Integer,
        status -> Text,
        admin_verified -> Bool,
        ip_address -> Nullable<Text>,
        ua -> Text,
        os -> Text,
        browser -> Text,
        device -> Text,
        announced -> Bool,
    }
}

diesel::table! {
    comment_likes (comment_id, visitor) {
        comment_id -> BigInt,
        visitor -> Text,
    }
}

diesel::table! {
    comment_intervals (client) {
        client -> Text,
        last_at -> BigInt,
    }
}

diesel::table! {
    comment_news (number) {
        number -> BigInt,
        comment_id -> BigInt,
        posted -> Bool,
        approved -> Bool,
    }
}

diesel::table! {
    page_stats (id) {
        id -> BigInt,
        site_id -> Text,
        post_slug -> Text,
        slug_key -> Text,
        slug_path -> Nullable<Text>,
        url_key -> Nullable<Text>,
        post_title -> Nullable<Text>,
        post_url -> Nullable<Text>,
        pv -> BigInt,
        last_visit_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    page_visit_daily (id) {
        id -> BigInt,
        date -> Text,
        site_id -> Text,
        domain -> Text,
        count -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    page_likes (id) {
        id -> BigInt,
        site_id -> Text,
        page_slug -> Text,
        slug_key -> Text,
        url_key -> Text,
        origin -> Text,
        user_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    page_like_totals (site_id, slug_key, url_key) {
        site_id -> Text,
        slug_key -> Text,
        url_key -> Text,
        origin -> Text,
        custom -> Bool,
        likes -> BigInt,
    }
}

diesel::table! {
    accounts (name) {
        name -> Text,
        password_hash -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        account -> Text,
        opened_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    api_tokens (name) {
        name -> Text,
        token_hash -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    throttles (purpose, client) {
        purpose -> Text,
        client -> Text,
        tries -> Integer,
        locked -> Bool,
        expires_at -> BigInt,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        event_kind -> Text,
        event_subject -> BigInt,
        channel -> Text,
        recipient -> Text,
        title -> Text,
        html -> Text,
        text -> Text,
        action -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        reason -> Nullable<Text>,
        created_at -> BigInt,
        due_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    statistic_pages (page) {
        page -> Text,
        views -> BigInt,
    }
}

diesel::table! {
    outbox_queues (channel, recipient) {
        channel -> Text,
        recipient -> Text,
        due_at -> BigInt,
        lease -> Nullable<Text>,
        message_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    statistic_sites (site) {
        site -> Text,
        views -> BigInt,
    }
}

diesel::table! {
    unsubscribed (key) {
        key -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    fields (name) {
        name -> Text,
        content -> Text,
    }
}

diesel::table! {
    friends (id) {
        id -> BigInt,
        time -> Text,
        position -> BigInt,
        name -> Text,
        url -> Text,
        image -> Text,
        description -> Text,
        shown -> Bool,
        application -> Nullable<Text>,
    }
}

diesel::table! {
    images (id) {
        id -> BigInt,
        time -> Text,
        position -> BigInt,
        name -> Text,
        url -> Text,
        size -> Text,
        media_type -> Text,
        removal -> Text,
    }
}

diesel::table! {
    talks (number) {
        number -> BigInt,
        id -> Text,
        content -> Text,
        tags -> Text,
        extra -> Text,
        time -> BigInt,
        likes -> BigInt,
    }
}

diesel::table! {
    talk_likes (talk, visitor) {
        talk -> BigInt,
        visitor -> Text,
    }
}

diesel::table! {
    statistic_visitors (visitor) {
        visitor -> Text,
    }
}

diesel::table! {
    talk_totals (name) {
        name -> Text,
        talks -> BigInt,
    }
}

diesel::table! {
    statistic_visitor_total (id) {
        id -> BigInt,
        visitors -> BigInt,
    }
}

diesel::table! {
    inbox (id) {
        id -> BigInt,
        time -> Text,
        label -> Text,
        content -> Text,
        news -> Bool,
    }
}

diesel::table! {
    readmore_captchas (id) {
        id -> BigInt,
        blog -> Text,
        code -> Text,
        person -> Nullable<Text>,
        account -> Nullable<Text>,
        client -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    readmore_tokens (name) {
        name -> Text,
        blog -> Text,
        person -> Nullable<Text>,
        account -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    readmore_subscribers (id) {
        id -> BigInt,
        person -> Text,
        account -> Text,
        follows -> Bool,
        since -> BigInt,
        left_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    readmore_browses (id) {
        id -> BigInt,
        blog -> Text,
        probability -> Double,
        unlock -> Integer,
        ip -> Text,
        agent -> Text,
        url -> Text,
        title -> Text,
        day -> Text,
        read_at -> BigInt,
        fingerprint -> Text,
        slot -> BigInt,
    }
}

diesel::table! {
    readmore_articles (blog, path) {
        blog -> Text,
        path -> Text,
        content -> Text,
        bytes -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::joinable!(comments -> comment_pages (page_id));
diesel::joinable!(talk_likes -> talks (talk));
diesel::allow_tables_to_appear_in_same_query!(comments, comment_pages);
diesel::allow_tables_to_appear_in_same_query!(page_likes, page_stats);
diesel::allow_tables_to_appear_in_same_query!(talk_likes, talks);
