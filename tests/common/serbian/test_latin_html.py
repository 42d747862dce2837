"""HTML conversion from Cyrillic to Latin: converted and protected content, and malformed markup."""

import re

import pytest
from django.conf import settings

from clicksafely.common.serbian.latin_html import html_to_latin


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Здраво, <b>Љиљана</b>!</p>", "<p>Zdravo, <b>Ljiljana</b>!</p>"),
        ("<title>Вести</title>", "<title>Vesti</title>"),
        ("a < б & ц <3 ж", "a < b & c <3 ž"),
        ("<img alt='Јеж' src=/ј.png title=Клик>", "<img alt='Jež' src=/ј.png title=Klik>"),
        ('<img alt="Ј"><img ALT="Ј">', '<img alt="J"><img ALT="J">'),
        ('<input placeholder="Име" aria-label="Име">', '<input placeholder="Ime" aria-label="Ime">'),
        ('<td data-label="Место">Ниш</td>', '<td data-label="Mesto">Niš</td>'),
        (
            '<div data-inline-formset="{&quot;addText&quot;: &quot;Додај&quot;}">',
            '<div data-inline-formset="{&quot;addText&quot;: &quot;Dodaj&quot;}">',
        ),
        ('<a aria-description="а" aria-roledescription="б">', '<a aria-description="a" aria-roledescription="b">'),
        ('<progress aria-valuetext="пола">', '<progress aria-valuetext="pola">'),
        ('<input type="submit" value="Пошаљи">', '<input type="submit" value="Pošalji">'),
        ("<input value=Пошаљи type=SUBMIT>", "<input value=Pošalji type=SUBMIT>"),
        ('<input type=reset value="Н">', '<input type=reset value="N">'),
        ('<button value="пример.срб">Њ</button>', '<button value="пример.срб">Nj</button>'),
        (
            "<p>Пиши на ана@пример.срб или <b>https://пример.срб/пут?а=б</b>, данас",
            "<p>Piši na ана@пример.срб ili <b>https://пример.срб/пут?а=б</b>, danas",
        ),
        ("<p>Салтиков-Щедрин и <b>Горький</b></p>", "<p>Saltikov-Щедрин i <b>Горький</b></p>"),
        ('<option value="н" label="Ниш">Ниш', '<option value="н" label="Niš">Niš'),
        ('<optgroup label="Ниш"><track label="Ниш">', '<optgroup label="Niš"><track label="Niš">'),
        ('<svg><title>Јеж</title><text x="1">Ј</text></svg>', '<svg><title>Jež</title><text x="1">J</text></svg>'),
        (
            "<noscript>Без скрипти</noscript><template>Ј</template>",
            "<noscript>Bez skripti</noscript><template>J</template>",
        ),
        ("<p class=а title='б'>в", "<p class=а title='b'>v"),
    ],
)
def test_readable_text_is_converted(html: str, expected: str) -> None:
    assert html_to_latin(html) == expected


@pytest.mark.parametrize(
    ("name", "value", "latin"),
    [
        ("name=description", "Опис", "Opis"),
        ("name=keywords", "реч, ж", "reč, ž"),
        ("name=author", "Ј", "J"),
        ("name=application-name", "Клик", "Klik"),
        ("property=og:title", "Наслов: Ј", "Naslov: J"),
        ("property=og:image:alt", "Јеж", "Jež"),
        ("name=twitter:description", "О", "O"),
        ("property=og:url", "https://пример.срб/пут", "https://пример.срб/пут"),
        ("property=og:image", "/слике/ј.png", "/слике/ј.png"),
        ("name=csrf", "Ј", "Ј"),
    ],
)
def test_meta(name: str, value: str, latin: str) -> None:
    assert html_to_latin(f'<meta {name} content="{value}">') == f'<meta {name} content="{latin}">'


def test_json_ld_strings_are_converted_and_keys_and_addresses_are_not() -> None:
    html = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "име" : "Њ \\"Ж\\" \\u0416\\u0439", '
        '"path": "C:\\\\u0416", "url": "https://пример.срб/", "list": ["ч", 1]}</script>'
    )
    assert html_to_latin(html) == (
        '<script type="application/ld+json">{"@context": "https://schema.org", "име" : "Nj \\"Ž\\" Ž\\u0439", '
        '"path": "C:\\\\u0416", "url": "https://пример.срб/", "list": ["č", 1]}</script>'
    )


@pytest.mark.parametrize(
    "html",
    [
        "<textarea>Моје речи</textarea>",
        "<textarea><p>Моје</p><!-- </textarea>",
        "<code>Ж</code>",
        "<pre>Ж <b>ж</b></pre>",
        "<kbd>Ж</kbd><samp>Ж</samp>",
        "<style>.ж { content: 'Ж' }</style>",
        "<script>let ж = '<b>Ж</b>'</script>",
        '<script type="application/json">"Ж"</script>',
        "<iframe>Ж</iframe><xmp>Ж</xmp><noembed>Ж</noembed><noframes>Ж</noframes>",
        '<input value="Жарко"><input type=text value=Жарко><input type=hidden value=Ж>',
        '<option value="Ж">',
        '<a href="/ж/" id=ж class="ж" data-ж="ж" hreflang=sr download="ж.pdf" onclick="ж()">',
        "<!-- Ж --><!doctype ж><?ж ж?></ж><![CDATA[ж]]>",
        "<!--><!---><!-- --!><!-- ж -- > ж -->",
        '<p translate="no">Жж <b title="ж">ж</b></p>',
        "<p translate=NO>Ж</p>",
        "<p translate='no'>Ж <p>ж</p> ж</p>",
        "<input translate=no placeholder=Ж>",
        '<p lang="en">Ж <i lang="sr">ж</i></p>',
        "<p lang=''>Ж</p><p lang>Ж</p><p xml:lang=ru>Ж</p>",
        '<a lang="sr-Cyrl" translate="no" title="Ж">Ћирилица</a>',
        '<html lang="en"><title>Ж</title>Ж</html>',
        '<div translate="no"><script>"</div>"</script><!-- </div> --><a title="</div>">ж</div>',
        "<div translate=no><textarea></div></textarea>ж</div>",
        "<svg translate=no><svg/>ж</svg>",
        "<div translate=no><div/>ж</div>ж</div>",
        "<br/><img translate=no alt=ж>",
        "<p>a</p><b title='ж",
        '<p>a</p><b title="ж',
        "<p>a</p><b ж",
        "<p>a</p></b ж",
        "<p>a</p><!-- ж",
        "<p>a</p></ ж",
        "<textarea>ж",
        "<title translate=no>Ж</title>",
        "&#1025;&#x439;&#1103;",
        "&acy &Zhcy&foo;&#38;&#x26;&#99999999999999999999;&#x400000000000000;",
    ],
)
def test_unreadable_or_protected_text_is_unchanged(html: str) -> None:
    assert html_to_latin(html) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p translate=no>Ж</p>ж", "<p translate=no>Ж</p>ž"),
        ("<p translate=no>Ж<p>ж</p>ж</p>ж", "<p translate=no>Ж<p>ж</p>ж</p>ž"),
        ("<i translate=no></i>ж", "<i translate=no></i>ž"),
        ("<b translate=no>ж</b ж>ж</b>ж", "<b translate=no>ж</b ж>ž</b>ž"),
        ("<B TRANSLATE=No>ж</b>ж", "<B TRANSLATE=No>ж</b>ž"),
        ("<input translate=no>ж", "<input translate=no>ž"),
        ("<path translate=no />ж", "<path translate=no />ž"),
        ("<g translate=no><g/>ж</g>ж", "<g translate=no><g/>ж</g>ž"),
        ("<p translate=yes>ж</p>", "<p translate=yes>ž</p>"),
        ("<p translate>ж</p>", "<p translate>ž</p>"),
        ("<p translate=yes translate=no>ж</p>", "<p translate=yes translate=no>ž</p>"),
        ("<textarea placeholder=ж>ж</textarea>ж", "<textarea placeholder=ž>ж</textarea>ž"),
        ("<TEXTAREA>ж</TextArea >ж", "<TEXTAREA>ж</TextArea >ž"),
        ("<textareas>ж</textareas>", "<textareas>ž</textareas>"),
        ("<pre title=ж>ж<pre>ж</pre>ж</pre>ж", "<pre title=ž>ж<pre>ж</pre>ж</pre>ž"),
        ("<title>Ж</title", "<title>Ž</title"),
        ("<title><b translate=no>Ж</title>ж", "<title><b translate=no>Ž</title>ž"),
        ("<script src=a></script>ж", "<script src=a></script>ž"),
        ("<!--ж-->ж<!-->ж<!--->ж<!--ж--!>ж", "<!--ж-->ž<!-->ž<!--->ž<!--ж--!>ž"),
        ("</>ж<?ж>ж", "</>ž<?ж>ž"),
        ('<p title="а>б" alt=\'в"г\'>д', '<p title="a>b" alt=\'v"g\'>d'),
        ('<p ж" title="а">д"', '<p ж" title="a">d"'),
        ("<p title = 'а'alt=б/>ж", "<p title = 'a'alt=b/>ž"),
        ("<p title=>ж", "<p title=>ž"),
        ("<p =title=а =а title=б>", "<p =title=а =а title=b>"),
        ("<p title=а title=б>", "<p title=a title=б>"),
        ("<p title=а\u00a0б>", "<p title=a\u00a0b>"),
        ("<p\ftitle=а\n\talt\r=\r'б'>", "<p\ftitle=a\n\talt\r=\r'b'>"),
    ],
)
def test_end_of_protected_elements(html: str, expected: str) -> None:
    assert html_to_latin(html) == expected


@pytest.mark.parametrize(
    ("language", "latin"),
    [
        ("sr", "sr-Latn"),
        ("SR-cyrl", "sr-Latn"),
        ("sr-latn", "sr-Latn"),
        ("sr-RS", "sr-Latn-RS"),
        ("sr-Cyrl-ME", "sr-Latn-ME"),
    ],
)
def test_the_language_of_an_element_follows_its_script(language: str, latin: str) -> None:
    assert (
        html_to_latin(f'<html lang="{language}">Ж<p xml:lang={language}>ж')
        == f'<html lang="{latin}">Ž<p xml:lang={latin}>ž'
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("&#1089;&#x430;&#X0043C;", "sam"),
        ("&#1034;ЕГОШ", "NJEGOŠ"),
        ("&#0001089 &#x436g", "s žg"),
        ("&acy;&NJcy;&DZcy;&jsercy;", "aNJDžj"),
        ("&yacy;&#1103;&#x44F;", "&yacy;&#1103;&#x44F;"),
        ("а&nbsp;&amp;&lt;&quot;&#39;&#x27;б", "a&nbsp;&amp;&lt;&quot;&#39;&#x27;b"),
        ('<a title="&#1078;&quot;ж" href="?a=&#1078;&amp;b">', '<a title="ž&quot;ž" href="?a=&#1078;&amp;b">'),
        ("<a title='&zhcy;&#39;'>", "<a title='ž&#39;'>"),
        ("<p translate=no>&#1078;</p><code>&#1078;</code>", "<p translate=no>&#1078;</p><code>&#1078;</code>"),
    ],
)
def test_character_references(html: str, expected: str) -> None:
    assert html_to_latin(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("а <б>в", "a &lt;b>v"),
        ("<&#1083;i>ж", "&lt;li>ž"),
        ("<й <&nbsp;ж", "&lt;й <&nbsp;ž"),
        ("&лт; &&#1083;t;", "&amp;lt; &amp;lt;"),
        ('<b title="&лт;">', '<b title="&amp;lt;">'),
        ("<title></титле>ж</title>", "<title>&lt;/title>ž</title>"),
        (
            '<script type="application/ld+json">{"a": "</сцрипт><\\u0431<b"}</script>',
            '<script type="application/ld+json">{"a": "\\u003c/script>\\u003cb<b"}</script>',
        ),
    ],
)
def test_text_does_not_become_markup(html: str, expected: str) -> None:
    assert html_to_latin(html) == expected


def test_capitals_are_converted_across_tags_inside_a_word() -> None:
    assert html_to_latin("<h1><b>Њ</b>ЕГОШ <b>Њ</b>егош</h1>") == "<h1><b>NJ</b>EGOŠ <b>Nj</b>egoš</h1>"


def test_texts_for_scripts_are_converted() -> None:
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    found = {
        name for path in templates for name in re.findall(r'(data-[a-z-]+)="\{% (?:block)?translate', path.read_text())
    }
    assert "data-order" in found
    assert {name: html_to_latin(f'<p {name}="ж">') for name in found} == {name: f'<p {name}="ž">' for name in found}
