"""HTML conversion from Cyrillic to Latin: converted and protected content, and malformed markup."""

import pytest

from clicksafely.common.serbian.latin_html import html_to_latin


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Здраво, <b>Љиљана</b>!</p>", "<p>Zdravo, <b>Ljiljana</b>!</p>"),
        ("<h1><b>Њ</b>ЕГОШ <b>Њ</b>егош</h1>", "<h1><b>NJ</b>EGOŠ <b>Nj</b>egoš</h1>"),
        ('<p data-order="ж">', '<p data-order="ž">'),
        ("a < б & ц <3 ж", "a < b & c <3 ž"),
        ("<img alt='Јеж' src=/ј.png title=Клик>", "<img alt='Jež' src=/ј.png title=Klik>"),
        ('<input placeholder="Име" aria-label="Име">', '<input placeholder="Ime" aria-label="Ime">'),
        (
            '<div data-inline-formset="{&quot;addText&quot;: &quot;Додај&quot;}">',
            '<div data-inline-formset="{&quot;addText&quot;: &quot;Dodaj&quot;}">',
        ),
        ("<input value=Пошаљи type=SUBMIT>", "<input value=Pošalji type=SUBMIT>"),
        ('<button value="пример.срб">Њ</button>', '<button value="пример.срб">Nj</button>'),
        (
            "<p>Пиши на ана@пример.срб или <b>https://пример.срб/пут?а=б</b>, данас",
            "<p>Piši na ана@пример.срб ili <b>https://пример.срб/пут?а=б</b>, danas",
        ),
        ("<p>Салтиков-Щедрин и <b>Горький</b></p>", "<p>Saltikov-Щедрин i <b>Горький</b></p>"),
        ('<option value="н" label="Ниш">Ниш', '<option value="н" label="Niš">Niš'),
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
        ("property=og:title", "Наслов: Ј", "Naslov: J"),
        ("property=og:url", "https://пример.срб/пут", "https://пример.срб/пут"),
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
        "<script>let ж = '<b>Ж</b>'</script>",
        '<script type="application/json">"Ж"</script>',
        "<iframe>Ж</iframe><xmp>Ж</xmp><noembed>Ж</noembed><noframes>Ж</noframes>",
        '<input value="Жарко"><input type=text value=Жарко><input type=hidden value=Ж>',
        '<a href="/ж/" id=ж class="ж" data-ж="ж" hreflang=sr download="ж.pdf" onclick="ж()">',
        "<!-- Ж --><!doctype ж><?ж ж?></ж><![CDATA[ж]]>",
        "<!--><!---><!-- --!><!-- ж -- > ж -->",
        '<p translate="no">Жж <b title="ж">ж</b></p>',
        '<p lang="en">Ж <i lang="sr">ж</i></p>',
        "<p lang=''>Ж</p><p lang>Ж</p><p xml:lang=ru>Ж</p>",
        '<div translate="no"><script>"</div>"</script><!-- </div> --><a title="</div>">ж</div>',
        "<div translate=no><textarea></div></textarea>ж</div>",
        "<div translate=no><div/>ж</div>ж</div>",
        "<p>a</p><b title='ж",
        "<p>a</p><!-- ж",
        "<textarea>ж",
        "&#1025;&#x439;&#1103;",
        "&acy &Zhcy&foo;&#38;&#x26;&#99999999999999999999;&#x400000000000000;",
    ],
)
def test_unreadable_or_protected_text_is_unchanged(html: str) -> None:
    assert html_to_latin(html) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p translate=no>Ж<p>ж</p>ж</p>ж", "<p translate=no>Ж<p>ж</p>ж</p>ž"),
        ("<b translate=no>ж</b ж>ж</b>ж", "<b translate=no>ж</b ж>ž</b>ž"),
        ("<B TRANSLATE=No>ж</b>ж", "<B TRANSLATE=No>ж</b>ž"),
        ("<input translate=no>ж", "<input translate=no>ž"),
        ("<g translate=no><g/>ж</g>ж", "<g translate=no><g/>ж</g>ž"),
        ("<textarea placeholder=ж>ж</textarea>ж", "<textarea placeholder=ž>ж</textarea>ž"),
        ("<pre title=ж>ж<pre>ж</pre>ж</pre>ж", "<pre title=ž>ж<pre>ж</pre>ж</pre>ž"),
        ("<title><b translate=no>Ж</title>ж", "<title><b translate=no>Ž</title>ž"),
        ("<!--ж-->ж<!-->ж<!--->ж<!--ж--!>ж", "<!--ж-->ž<!-->ž<!--->ž<!--ж--!>ž"),
        ('<p title="а>б" alt=\'в"г\'>д', '<p title="a>b" alt=\'v"g\'>d'),
        ('<p ж" title="а">д"', '<p ж" title="a">d"'),
        ("<p title = 'а'alt=б/>ж", "<p title = 'a'alt=b/>ž"),
        ("<p =title=а =а title=б>", "<p =title=а =а title=b>"),
        ("<p\ftitle=а\n\talt\r=\r'б'>", "<p\ftitle=a\n\talt\r=\r'b'>"),
    ],
)
def test_end_of_protected_elements(html: str, expected: str) -> None:
    assert html_to_latin(html) == expected


@pytest.mark.parametrize(
    ("language", "latin"),
    [
        ("sr", "sr-Latn"),
        ("sr-RS", "sr-Latn-RS"),
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
        ("&acy;&NJcy;&DZcy;&jsercy;", "aNJDžj"),
        ("&yacy;&#1103;&#x44F;", "&yacy;&#1103;&#x44F;"),
        ("а&nbsp;&amp;&lt;&quot;&#39;&#x27;б", "a&nbsp;&amp;&lt;&quot;&#39;&#x27;b"),
        ('<a title="&#1078;&quot;ж" href="?a=&#1078;&amp;b">', '<a title="ž&quot;ž" href="?a=&#1078;&amp;b">'),
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
