"""Rich text of content files."""

import pytest

from clicksafely.common.content.markdown import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Један\nпасус\n\nи други\n", "<p>Један пасус</p><p>и други</p>"),
        ("## Наслов\n\n### Поднаслов", "<h2>Наслов</h2><h3>Поднаслов</h3>"),
        ("### Наслов\n\n- један\n- <два>", "<h3>Наслов</h3><ul><li><p>један</p></li><li><p>&lt;два&gt;</p></li></ul>"),
        ("1. један\n2. **два** пута", "<ol><li><p>један</p></li><li><p><strong>два</strong> пута</p></li></ol>"),
        ("**2009** <почетак>", "<p><strong>2009</strong> &lt;почетак&gt;</p>"),
    ],
)
def test_headings_lists_and_paragraphs(text: str, html: str) -> None:
    assert to_html(text) == html
