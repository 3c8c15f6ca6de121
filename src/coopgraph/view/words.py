"""What the page itself says, in English and Korean."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "nodes": ("Nodes", "노드"),
    "edges": ("Edges", "연결"),
    "stances": ("Stance (colour)", "전략 유형(색)"),
    "legend": ("Legend", "범례"),
    "dashed": (
        "dashed: draft, planned, recommended or forecast; not shown to have taken place",
        "점선: 안(案)·계획·제언·전망이며 실제로 이루어졌다는 뜻이 아님",
    ),
    "width": ("thicker: larger weight", "굵을수록 가중치가 큼"),
    "amount": ("thicker: larger amount (KRW)", "굵을수록 금액(원)이 큼"),
    "thick-border": ("thick border: named more than once", "굵은 테두리: 두 번 이상 언급"),
    "table": ("All edges as a table", "모든 연결을 표로 보기"),
    "from": ("From", "출발"),
    "relation": ("Relation", "관계"),
    "to": ("To", "도착"),
    "sources": ("Sources", "출처"),
    "show": ("Show", "보기"),
    "details": ("Details", "상세 정보"),
    "hint": (
        "Point at a node or an edge for its sources; select it to keep the details here.",
        "노드나 연결을 가리키면 출처가 나타나고, 선택하면 상세 정보가 여기에 고정됩니다.",
    ),
    "close": ("Close", "닫기"),
    "zoom-in": ("Zoom in", "확대"),
    "zoom-out": ("Zoom out", "축소"),
    "fit": ("Fit", "전체 보기"),
    "language": ("Language", "언어"),
    "empty": (
        "This network has no nodes: the question found nothing in this store.",
        "이 네트워크에는 노드가 없습니다. 이 저장소에는 해당하는 내용이 없습니다.",
    ),
    "picture": (
        "Picture of the network. The table below the picture holds the same edges.",
        "네트워크 그림. 같은 내용을 아래 표에서 볼 수 있습니다.",
    ),
    "large": (
        "This network is large: drawing and moving it may be slow.",
        "네트워크가 커서 그리거나 움직이는 속도가 느릴 수 있습니다.",
    ),
    "no-script": (
        "The picture needs JavaScript. The table below holds the same edges.",
        "그림을 보려면 자바스크립트가 필요합니다. 같은 내용을 아래 표에서 볼 수 있습니다.",
    ),
    "kind": ("Kind", "종류"),
    "country": ("Country", "국가"),
    "identifiers": ("Identifiers", "식별자"),
    "key": ("Key", "키"),
    "iri": ("IRI", "IRI"),
    "claim": ("Claim", "주장"),
    "weight": ("Weight", "가중치"),
    "via": ("Shared", "공유 대상"),
    "links": ("Its edges", "이어진 연결"),
    "no-source": ("No source is recorded for this edge.", "이 연결에는 기록된 출처가 없습니다."),
    "yes": ("yes", "예"),
    "no": ("no", "아니요"),
    "no-country": ("No country (international)", "국가 없음(국제기구)"),
    "unnamed": ("Network", "네트워크"),
}

#: Names of edge attributes; one that is not here is shown as the projection names it.
ATTRIBUTES: Final[dict[str, tuple[str, str]]] = {
    "status": ("Status", "상태"),
    "modality": ("Modality", "양태"),
    "open_list": ("Open-ended list", "열린 목록(‘등’)"),
    "as_printed": ("As printed", "원문 표기"),
    "as_stated": ("As stated", "서술된 수치"),
    "amount_krw": ("Amount (KRW)", "금액(원)"),
    "year": ("Year", "연도"),
    "phase": ("Budget phase", "예산 단계"),
    "basis": ("Classification basis", "분류 기준"),
    "date": ("Date", "일자"),
}
#: Attributes that serve the layout and say nothing to a reader.
HIDDEN: Final = frozenset({"position"})


def word(name: str, lang: str) -> str:
    """The word called `name` in `lang`.

    >>> word("nodes", "ko")
    '노드'
    """
    return WORDS[name][lang == "ko"]
