//! A program of its own with settings that its owner changes while it runs.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use inkstone_settings::{
    FeaturePatch, MailPatch, MemorySettings, SettingError, SettingObserver, Settings, SmtpPatch,
};

/// What a cache would do.
struct Announce;

impl SettingObserver for Announce {
    fn settings_changed(&self) {
        println!("settings changed");
    }
}

fn main() -> Result<(), SettingError> {
    let settings = Settings::new(MemorySettings::default(), Announce);
    settings.update_features(&FeaturePatch {
        widget_language: Some("zh-CN".to_owned()),
        ..FeaturePatch::default()
    })?;
    settings.update_mail(&MailPatch {
        smtp: SmtpPatch { password: Some("hunter2".into()), ..SmtpPatch::default() },
        ..MailPatch::default()
    })?;
    println!("{:#?}", settings.all()?);
    Ok(())
}
