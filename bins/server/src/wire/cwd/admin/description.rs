//! What the owner's calls are, for `/openapi.json`.

use utoipa::ToSchema;

use super::{
    super::{
        Said,
        description::{Refuses as _, call, with_body},
        files::{CommentFile, Everything, ExportedComments, Settings, Statistics},
        requests::{
            BlockedEmail, BlockedIp, CommentSettings, DisplaySettings, EditedComment,
            FeatureSettings, IdQuery, KeyQuery, LikesQuery, MailSettings, MailTest, NotifyAddress,
            PagesQuery, RowsQuery, S3Settings, SiteQuery, StatusQuery, TelegramSettings,
        },
    },
    analytics, comments, likes, mail, remote, settings, statistics, storage, telegram,
};
use crate::wire::openapi::{Call, Catalogue};

/// Describes them.
pub(in crate::wire::cwd) fn describe(to: &mut Catalogue) {
    moderation(to);
    numbers(to);
    setting_calls(to);
    channel_calls(to);
    transfers(to);
    backups(to);
}

fn moderation(to: &mut Catalogue) {
    to.get(
        "/admin/comments/list",
        owners("List the newest comments")
            .query::<RowsQuery>()
            .answers::<comments::RowsView>(200, "Ten of them.")
            .refuses(400, "No site has such a name.", "无效的请求体"),
    );
    to.put(
        "/admin/comments/status",
        owners("Approve or reject a comment")
            .query::<StatusQuery>()
            .answers::<Said>(200, "It is done.")
            .refuses(400, "The number or the status is missing or unknown.", "Invalid status")
            .refuses(404, "There is no such comment.", "Comment not found"),
    );
    to.put(
        "/admin/comments/update",
        changes::<EditedComment>("Edit a comment").refuses(
            404,
            "There is no such comment.",
            "Comment not found",
        ),
    );
    to.delete(
        "/admin/comments/delete",
        owners("Delete a comment with its replies")
            .query::<IdQuery>()
            .answers::<Said>(200, "There is no such comment any more.")
            .refuses(400, "No number is given.", "Missing id"),
    );
    to.post("/admin/comments/block-ip", changes::<BlockedIp>("Block an address"));
    to.post("/admin/comments/block-email", changes::<BlockedEmail>("Block a mail address"));
}

fn numbers(to: &mut Catalogue) {
    to.get(
        "/admin/stats/comments",
        of_site("Count comments").answers::<statistics::CommentsView>(200, "The numbers."),
    );
    to.get(
        "/admin/stats/sites",
        owners("List the sites").answers::<statistics::SitesView>(200, "Their names."),
    );
    to.get(
        "/admin/analytics/overview",
        of_site("Count visits").answers::<analytics::OverviewView>(200, "The numbers."),
    );
    to.get(
        "/admin/analytics/pages",
        owners("List the most visited pages")
            .query::<PagesQuery>()
            .answers::<analytics::PagesView>(200, "Twenty of them.")
            .refuses(400, "No site has such a name.", "无效的请求体"),
    );
    to.get(
        "/admin/likes/list",
        owners("List likes of pages")
            .query::<LikesQuery>()
            .answers::<likes::LikesView>(200, "Twenty of them, the newest first.")
            .refuses(400, "No site has such a name.", "无效的请求体"),
    );
    to.get(
        "/admin/likes/stats",
        of_site("List the most liked pages")
            .answers::<likes::LikedPagesView>(200, "Fifty of them."),
    );
}

fn setting_calls(to: &mut Catalogue) {
    let path = "/admin/settings/comments";
    let read = "Tell how comments are taken and shown";
    to.get(path, owners(read).answers::<settings::CommentsView>(200, "The settings."));
    to.put(path, changes::<CommentSettings>("Set how comments are taken and shown"));
    for path in ["/admin/settings/features", "/admin/settings/feature"] {
        let read = "Tell what the widget and the panel show";
        to.get(path, owners(read).answers::<settings::FeaturesView>(200, "The settings."));
        to.put(path, changes::<FeatureSettings>("Set what the widget and the panel show"));
    }
    let path = "/admin/settings/admin-display";
    let read = "Tell how the panel looks";
    to.get(path, owners(read).answers::<settings::DisplayView>(200, "The settings."));
    to.put(path, changes::<DisplaySettings>("Set how the panel looks"));
    let path = "/admin/settings/s3";
    let read = "Tell where backups go";
    to.get(path, owners(read).answers::<storage::S3View>(200, "The settings."));
    to.put(path, changes::<S3Settings>("Set where backups go"));
}

fn channel_calls(to: &mut Catalogue) {
    let path = "/admin/settings/email";
    let read = "Tell where the owner gets mail";
    to.get(path, owners(read).answers::<mail::AddressView>(200, "The address."));
    to.put(path, changes::<NotifyAddress>("Set where the owner gets mail"));
    let path = "/admin/settings/email-notify";
    let read = "Tell how mail is sent";
    to.get(path, owners(read).answers::<mail::NotificationView>(200, "The settings."));
    to.put(path, changes::<MailSettings>("Set how mail is sent"));
    to.post(
        "/admin/settings/email-test",
        changes::<MailTest>("Send a mail to try settings")
            .answers::<Said>(500, "The mail server did not take it; the message says why."),
    );
    let path = "/admin/settings/telegram";
    let read = "Tell how the owner is told by Telegram";
    to.get(path, owners(read).answers::<telegram::TelegramView>(200, "The settings."));
    to.put(path, changes::<TelegramSettings>("Set how the owner is told by Telegram"));
    to.post(
        "/admin/settings/telegram/setup",
        owners("Let Telegram report pressed buttons")
            .answers::<telegram::WebhookView>(200, "It will.")
            .refuses(400, "There is no bot, or Telegram refuses.", "请先保存机器人 Token"),
    );
    to.post(
        "/admin/settings/telegram/test",
        owners("Say something in the owner's chat").answers::<Said>(200, "It was said.").refuses(
            400,
            "There is no bot, or Telegram refuses.",
            "请先配置 Bot Token 和 Chat ID",
        ),
    );
}

fn transfers(to: &mut Catalogue) {
    to.get(
        "/admin/comments/export",
        of_site("Export comments").answers::<ExportedComments>(200, "All of them."),
    );
    to.post("/admin/comments/import", changes::<CommentFile>("Import comments"));
    to.get(
        "/admin/export/config",
        owners("Export settings").answers::<Settings>(200, "All of them, secrets among them."),
    );
    to.post("/admin/import/config", changes::<Settings>("Import settings"));
    to.get(
        "/admin/export/stats",
        of_site("Export statistics").answers::<Statistics>(200, "Visits and likes."),
    );
    to.post("/admin/import/stats", changes::<Statistics>("Import statistics"));
    to.get(
        "/admin/export/backup",
        owners("Export everything").answers::<Everything>(200, "All of it, secrets among it."),
    );
    to.post(
        "/admin/import/backup",
        changes::<Everything>("Import everything").note("All of it, or nothing."),
    );
}

fn backups(to: &mut Catalogue) {
    let bucket = |summary| {
        owners(summary)
            .refuses(400, "There is no bucket.", "S3 配置不完整，请先配置 S3 信息")
            .refuses(500, "The bucket did not do it.", "S3 备份失败")
    };
    let path = "/admin/backup/s3";
    to.post(
        path,
        bucket("Back up to the bucket").answers::<remote::UploadedView>(200, "The backup."),
    );
    to.delete(
        path,
        bucket("Delete a backup from the bucket")
            .query::<KeyQuery>()
            .answers::<Said>(200, "It is gone.")
            .refuses(404, "There is no such backup.", "Not Found"),
    );
    to.get(
        "/admin/backup/s3/list",
        bucket("List the backups in the bucket")
            .answers::<remote::FilesView>(200, "The newest first."),
    );
    to.get(
        "/admin/backup/s3/download",
        bucket("Get a backup from the bucket")
            .query::<KeyQuery>()
            .answers::<Everything>(200, "The file.")
            .refuses(404, "There is no such backup.", "Not Found"),
    );
}

/// A call that only the owner may make.
fn owners(summary: &'static str) -> Call {
    call(summary).for_owner().refuses(401, "There is no token, or a wrong one.", "Unauthorized")
}

/// The same about a site.
fn of_site(summary: &'static str) -> Call {
    owners(summary).query::<SiteQuery>().refuses(400, "No site has such a name.", "无效的请求体")
}

/// The same that changes something as its body says.
fn changes<T: ToSchema>(summary: &'static str) -> Call {
    with_body::<T>(summary)
        .for_owner()
        .answers::<Said>(200, "It is done.")
        .refuses(400, "Something is missing, or makes no sense.", "Invalid JSON body")
        .refuses(401, "There is no token, or a wrong one.", "Unauthorized")
}
