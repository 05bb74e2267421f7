//! Encryption: AES-256-CBC around a length-prefixed message that names its receiver.

use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::{Decryptor, Encryptor};
use secrecy::{ExposeSecret, SecretBox};

use crate::refusal::Refusal;

/// Bytes of the key, of the random prefix (which is also the block of the cipher), of the length,
/// and the block of the padding, which is not the cipher's.
const KEY_BYTES: usize = 32;
pub(crate) const PREFIX_BYTES: usize = 16;
const LENGTH_BYTES: usize = 4;
const PADDING_BLOCK: usize = 32;

/// Characters of an encoding AES key.
const ENCODED_KEY_CHARS: usize = 43;

/// Keys of WeChat and messages of other libraries have bits and paddings that a strict decoder
/// refuses.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What is needed to open and seal the messages of one account.
pub(crate) struct Envelope {
    key: SecretBox<[u8; KEY_BYTES]>,
    app_id: String,
}

impl Envelope {
    /// `None` when `encoding_aes_key` is not 43 letters and digits.
    pub(crate) fn new(app_id: String, encoding_aes_key: &str) -> Option<Self> {
        let well_formed = encoding_aes_key.len() == ENCODED_KEY_CHARS
            && encoding_aes_key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !well_formed {
            return None;
        }
        let key: [u8; KEY_BYTES] = LENIENT.decode(encoding_aes_key).ok()?.try_into().ok()?;
        Some(Self { key: SecretBox::new(Box::new(key)), app_id })
    }

    /// The message inside `sealed`.
    pub(crate) fn open(&self, sealed: &str) -> Result<String, Refusal> {
        let bytes = LENIENT.decode(sealed).map_err(|_| Refusal::Envelope)?;
        let (key, iv) = self.key_and_iv();
        let padded = Decryptor::<Aes256>::new(key.into(), &iv.into())
            .decrypt_padded_vec::<NoPadding>(&bytes)
            .map_err(|_| Refusal::Envelope)?;
        let (message, app_id) = split(unpadded(&padded)?).ok_or(Refusal::Envelope)?;
        if app_id != self.app_id.as_bytes() {
            return Err(Refusal::AppId);
        }
        String::from_utf8(message.to_vec()).map_err(|_| Refusal::Envelope)
    }

    /// `message` as [`open`](Self::open) reads it; `prefix` must be random.
    pub(crate) fn seal(&self, prefix: [u8; PREFIX_BYTES], message: &str) -> String {
        // Replies are as long as a setting; nothing comes near four gigabytes.
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut plain = prefix.to_vec();
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(message.as_bytes());
        plain.extend_from_slice(self.app_id.as_bytes());
        pad(&mut plain);
        self.encrypt(&plain)
    }

    /// Encrypts whole blocks of the cipher.
    pub(crate) fn encrypt(&self, blocks: &[u8]) -> String {
        let (key, iv) = self.key_and_iv();
        let cipher = Encryptor::<Aes256>::new(key.into(), &iv.into());
        STANDARD.encode(cipher.encrypt_padded_vec::<NoPadding>(blocks))
    }

    /// The first half of the key is the initialisation vector, too.
    fn key_and_iv(&self) -> (&[u8; KEY_BYTES], [u8; PREFIX_BYTES]) {
        let key = self.key.expose_secret();
        let mut iv = [0; PREFIX_BYTES];
        iv.copy_from_slice(&key[..PREFIX_BYTES]);
        (key, iv)
    }
}

fn pad(plain: &mut Vec<u8>) {
    let missing = PADDING_BLOCK - plain.len() % PADDING_BLOCK;
    plain.resize(plain.len() + missing, u8::try_from(missing).unwrap_or_default());
}

/// A last byte that is no length of a padding belongs to the message, as WeChat's own code has it.
fn unpadded(padded: &[u8]) -> Result<&[u8], Refusal> {
    let padding = match padded.last() {
        Some(&last) if (1..=PADDING_BLOCK).contains(&usize::from(last)) => usize::from(last),
        _ => 0,
    };
    let end = padded.len().checked_sub(padding).ok_or(Refusal::Envelope)?;
    Ok(&padded[..end])
}

/// The message and the app id.
fn split(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = plain.split_at_checked(PREFIX_BYTES)?;
    let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    fn envelope() -> Envelope {
        Envelope::new("wx0123456789abcdef".to_owned(), KEY).unwrap()
    }

    #[test]
    fn keys_may_have_trailing_bits() {
        let hex = "69b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3d0010831051";
        assert_eq!(base16ct::lower::encode_string(envelope().key.expose_secret()), hex);
    }

    #[test]
    fn keys_are_43_letters_and_digits() {
        let (short, long) = (&KEY[1..], format!("{KEY}="));
        let (slash, wide) = (format!("{short}/"), format!("{}é", &KEY[2..]));
        for bad in ["", short, &long, &slash, &wide, &"あ".repeat(43)] {
            assert!(Envelope::new(String::new(), bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn broken_envelopes_are_refused() {
        let block = |byte, last| {
            let mut block = [byte; 32];
            block[31] = last;
            block
        };
        for (what, plain) in [
            ("more padding than bytes", &block(7, 32)[16..]),
            ("nothing but padding", &block(7, 32)),
            ("no room for a length", &block(0, 14)),
            ("a length beyond the end", &block(0xff, 0)),
            ("no blocks", &[]),
        ] {
            assert_eq!(
                envelope().open(&envelope().encrypt(plain)),
                Err(Refusal::Envelope),
                "{what}"
            );
        }
        for bad in ["x", "!!!!", "AAAA", &"A".repeat(30)] {
            assert_eq!(envelope().open(bad), Err(Refusal::Envelope), "{bad}");
        }
    }

    #[test]
    fn the_app_id_must_be_the_whole_rest() {
        let nameless = envelope().encrypt(&[0; 32]);
        assert_eq!(envelope().open(&nameless), Err(Refusal::AppId));
        for other in ["wx_other", "wx0123456789abcdefg", "wx0123456789abcde", "x0123456789abcdef"] {
            let other = Envelope::new(other.to_owned(), KEY).unwrap();
            assert_eq!(envelope().open(&other.seal([0; 16], "hi")), Err(Refusal::AppId));
        }
    }

    #[test]
    fn a_message_is_utf8() {
        let mut plain = [b'0'; 16].to_vec();
        plain.extend_from_slice(&[0, 0, 0, 1, 0xff]);
        plain.extend_from_slice(b"wx0123456789abcdef");
        pad(&mut plain);
        assert_eq!(envelope().open(&envelope().encrypt(&plain)), Err(Refusal::Envelope));
    }

    #[test]
    fn a_last_byte_that_is_no_padding_belongs_to_the_rest() {
        // 16 + 4 + 10 + 18 is 48: whole blocks of the cipher, unpadded.
        let mut plain = [0; 20].to_vec();
        plain[19] = 10;
        plain.extend_from_slice(b"0123456789wx0123456789abcdef");
        assert_eq!(envelope().open(&envelope().encrypt(&plain)).as_deref(), Ok("0123456789"));
    }

    #[test]
    fn one_byte_beyond_the_block_is_a_full_block_of_padding() {
        // 16 + 4 + 26 + 18 is 64, a multiple of 32.
        let message = "a".repeat(26);
        let sealed = envelope().seal([1; 16], &message);
        assert_eq!(STANDARD.decode(&sealed).unwrap().len(), 96);
        assert_eq!(envelope().open(&sealed).unwrap(), message);
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(prefix: [u8; 16], message: String) {
            prop_assert_eq!(envelope().open(&envelope().seal(prefix, &message)), Ok(message));
        }

        #[test]
        fn nothing_else_opens(bytes: Vec<u8>, text: String) {
            prop_assert!(envelope().open(&STANDARD.encode(bytes)).is_err());
            prop_assert!(envelope().open(&text).is_err());
        }
    }
}
