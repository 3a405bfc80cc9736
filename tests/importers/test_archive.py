"""Packages that are broken, locked or set as traps are refused with a code, never unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from jiheng.errors import UnreadableFileError
from jiheng.importers import archive
from jiheng.importers.archive import open_archive, parse_xml


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def refusal(source: bytes, name: str = "a") -> str:
    with pytest.raises(UnreadableFileError) as caught:
        open_archive(source).read(name)
    assert str(caught.value).endswith("。")
    return caught.value.code


def test_parts_are_read_by_name_in_any_case() -> None:
    package = open_archive(packed(xl__A=b"one", b=b"two"))
    assert package.names == {"xl/A", "b"}
    assert package.read("xl/A") == package.read("XL/a") == b"one"
    assert "Xl/a" in package
    assert "c" not in package


def test_a_missing_part_is_damage() -> None:
    assert refusal(packed(b=b"two")) == "file.damaged"


@pytest.mark.parametrize("keep", [4, 30, 60, -1, -20])
def test_a_truncated_package_is_damage(keep: int) -> None:
    assert refusal(packed(a=b"content" * 100)[:keep]) == "file.damaged"


def test_a_changed_byte_is_damage() -> None:
    source = bytearray(packed(a=bytes(range(256)) * 4))
    source[60] ^= 0xFF
    assert refusal(bytes(source)) == "file.damaged"


def test_a_part_with_a_password_is_protected() -> None:
    source = bytearray(packed(a=b"secret"))
    source[6] |= 1
    source[source.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(source)) == "file.protected"


def test_an_encrypted_office_file_is_protected() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")) == "file.protected"


def test_parts_that_declare_too_much_are_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    with pytest.raises(UnreadableFileError) as caught:
        open_archive(packed(a=b"x" * 600, b=b"y" * 600))
    assert caught.value.code == "file.limit"


def test_what_is_read_is_counted_over_all_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    source = packed(a=b"x" * 600)
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    package = open_archive(source)
    package.read("a")
    with pytest.raises(UnreadableFileError) as caught:
        package.read("a")
    assert caught.value.code == "file.limit"


def test_a_part_squeezed_beyond_reason_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_FREE", 1000)
    monkeypatch.setattr(archive, "_MAX_RATIO", 50)
    assert refusal(packed(a=b"x" * 100_000)) == "file.limit"


def test_a_part_that_lies_about_its_size_is_not_read_past_it() -> None:
    source = bytearray(packed(a=b"x" * 100_000))
    directory = source.index(b"PK\x01\x02")
    source[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(source)) == "file.damaged"


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_NAMES", 2)
    assert refusal(packed(a=b"", b=b"", c=b"")) == "file.limit"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "file.limit"),
        (b"<!DOCTYPE a><a/>", "file.limit"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"), "file.limit"),
        (b"<!--" + b" " * 5000 + b'--><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "file.limit"),
        (b"<a>" * 1000 + b"</a>" * 1000, "file.limit"),
        (b"<a><b></a>", "file.damaged"),
        (b"<a>&unknown;</a>", "file.damaged"),
        (b"", "file.damaged"),
        (b"\x00\x01", "file.damaged"),
    ],
)
def test_xml_with_traps_or_errors_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        parse_xml(data)
    assert caught.value.code == code
    assert str(caught.value).endswith("。")


def test_entities_are_named_in_the_refusal() -> None:
    with pytest.raises(UnreadableFileError, match="含实体定义"):
        parse_xml(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')


def test_xml_too_large_to_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_XML", 10)
    with pytest.raises(UnreadableFileError) as caught:
        parse_xml(b"<a>1234567890</a>")
    assert caught.value.code == "file.limit"


def test_comments_do_not_come_between_text_and_elements() -> None:
    assert [child.tag for child in parse_xml(b"<a><!-- x --><b/><?pi?></a>")] == ["b"]
