"""What the page itself says, in English and Korean. `{}` stands for what is filled in."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the page
    "language": ("Language", "언어"),
    "theme": ("Dark or light", "밝기 전환"),
    "help": ("Help", "도움말"),
    "tools": ("Tools", "도구"),
    "close": ("Close", "닫기"),
    "empty": (
        "This network has no nodes: the question found nothing in this store.",
        "이 네트워크에는 노드가 없습니다. 이 저장소에는 해당하는 내용이 없습니다.",
    ),
    "no-script": (
        (
            "This page needs JavaScript. The command coopgraph network writes the same edges as a "
            "table."
        ),
        (
            "이 페이지에는 자바스크립트가 필요합니다. coopgraph network 명령으로 같은 연결을 표로 "
            "얻을 수 있습니다."
        ),
    ),
    "broken": (
        "The data of this page cannot be read: {}",
        "이 페이지의 데이터를 읽을 수 없습니다: {}",
    ),
    # the picture
    "picture": (
        (
            "Picture of the network. Arrow keys go from a node to its neighbours, Enter opens the "
            "details, Escape closes them. The table below holds the same edges."
        ),
        (
            "네트워크 그림. 화살표 키로 이웃 노드로 이동하고, Enter 키로 상세 정보를 열고, "
            "Esc 키로 닫습니다. 같은 내용을 아래 표에서 볼 수 있습니다."
        ),
    ),
    "zoom-in": ("Zoom in", "확대"),
    "zoom-out": ("Zoom out", "축소"),
    "fit": ("Fit", "전체 보기"),
    "layout": ("Layout", "배치"),
    "layout-table": ("As a table", "표 배치"),
    "layout-force": ("As a map", "지도형 배치"),
    "physics": ("Let nodes move", "자동으로 움직이기"),
    "reset-places": ("Put nodes back", "원래 자리로"),
    "unplaced": (
        "{} nodes have no position; they stand in rows below the rest.",
        "노드 {}개는 위치 정보가 없어 아래쪽에 줄지어 놓았습니다.",
    ),
    # what is shown
    "shown": (
        "{} of {} nodes, {} of {} edges shown",
        "노드 {}/{}개, 연결 {}/{}개 표시",
    ),
    "all-hidden": (
        "The filters hide everything.",
        "필터가 모든 것을 숨기고 있습니다.",
    ),
    "show-all": ("Show all", "모두 보기"),
    # legend and filters
    "legend": ("Legend", "범례"),
    "legend-hint": (
        "Select an entry to hide or show it.",
        "항목을 선택하면 숨기거나 다시 표시합니다.",
    ),
    "nodes": ("Nodes", "노드"),
    "edges": ("Edges", "연결"),
    "node-size": ("larger: more edges", "클수록 연결이 많음"),
    "stances": ("Stance (colour)", "전략 유형(색)"),
    "dashed": (
        "dashed: draft, planned, recommended or forecast; not shown to have taken place",
        "점선: 안(案)·계획·제언·전망이며 실제로 이루어졌다는 뜻이 아님",
    ),
    "width": ("thicker: larger weight", "굵을수록 가중치가 큼"),
    "width-apart": (
        "thicker: larger weight, each kind on its own scale",
        "굵을수록 가중치가 큼(연결 종류마다 척도가 다름)",
    ),
    "amount": ("thicker: larger amount (KRW)", "굵을수록 금액(원)이 큼"),
    "thick-border": ("thick border: named more than once", "굵은 테두리: 두 번 이상 언급"),
    "arrow": ("arrow: direction of the relation", "화살표: 관계의 방향"),
    "only": ("only", "이것만"),
    "only-this": ("Show only {}", "{}만 보기"),
    "chart": ("As a chart: ", "차트로 보기: "),
    "filters": ("Filters", "필터"),
    "none": ("not stated", "명시되지 않음"),
    "hides": ("hides {} edges", "연결 {}개 숨김"),
    "more": ("{} more", "{}개 더 보기"),
    "facet-kind": ("Kind of node", "노드 종류"),
    "facet-subkind": ("Further kind", "세부 종류"),
    "facet-edge": ("Kind of edge", "연결 종류"),
    "facet-stance": ("Stance", "전략 유형"),
    "facet-technology": ("Technology", "기술"),
    "facet-country": ("Country", "국가"),
    "facet-ministry": ("Ministry", "부처"),
    "facet-year": ("Year", "연도"),
    "facet-source": ("Source", "출처"),
    "facet-layer": ("Declared, observed or derived", "계획·실적·도출"),
    "layer-declared": ("declared", "계획(선언)"),
    "layer-observed": ("observed", "실적(관측)"),
    "layer-derived": ("derived", "도출"),
    # search
    "search": ("Search", "검색"),
    "search-hint": ("Find a node (press /)", "노드 찾기 (/ 키)"),
    "found": ("{} found", "{}건 찾음"),
    "found-some": ("{} found, the first {} listed", "{}건 중 {}건 표시"),
    "nothing-found": ("Nothing found for “{}”", "‘{}’에 해당하는 노드가 없습니다"),
    "hidden-node": ("hidden", "숨겨짐"),
    # details
    "details": ("Details", "상세 정보"),
    "hint": (
        "Point at a node or an edge for its sources; select it to keep the details here.",
        "노드나 연결을 가리키면 출처가 나타나고, 선택하면 상세 정보가 여기에 고정됩니다.",
    ),
    "kind": ("Kind", "종류"),
    "country": ("Country", "국가"),
    "no-country": ("No country (international)", "국가 없음(국제기구)"),
    "identifiers": ("Identifiers", "식별자"),
    "key": ("Key", "키"),
    "iri": ("IRI", "IRI"),
    "claim": ("Claim", "주장"),
    "relation": ("Relation", "관계"),
    "weight": ("Weight", "가중치"),
    "via": ("Shared", "공유 대상"),
    "sources": ("Sources", "출처"),
    "no-source": ("No source is recorded for this edge.", "이 연결에는 기록된 출처가 없습니다."),
    "links": ("Its edges", "이어진 연결"),
    "of-by-weight": ("{} of {}, by weight", "{}/{}개, 가중치순"),
    "isolated": ("No edges are shown here.", "표시된 연결이 없습니다."),
    "not-shown": (
        "Hidden by the filters or by the part that is open.",
        "필터나 펼친 범위 때문에 그림에는 보이지 않습니다.",
    ),
    "open": ("Show only its neighbours", "이웃만 펼치기"),
    "open-too": ("Open its neighbours: {} of {}, by weight", "이웃 펼치기: {}/{}개, 가중치순"),
    "open-more": ("{} more: {} of {} open, by weight", "{}개 더: {}/{}개 펼침, 가중치순"),
    "opened": ("Opened from {} nodes", "노드 {}개에서 펼침"),
    "loading": ("Loading …", "불러오는 중 …"),
    "not-loaded": ("Could not be loaded: {}", "불러오지 못했습니다: {}"),
    "yes": ("yes", "예"),
    "no": ("no", "아니요"),
    # path
    "path-from": ("Path from here …", "여기서 시작하는 경로 …"),
    "path-to": (
        "Path from {}: now choose the other end, in the picture or by search. Escape cancels.",
        "{}에서 시작하는 경로: 그림이나 검색에서 다른 쪽 끝을 고르십시오. Esc 키로 취소합니다.",
    ),
    "path": ("Path: {} steps", "경로: {}단계"),
    "no-path": (
        "There is no path between {} and {} over what is shown.",
        "표시된 범위에서는 두 노드({}, {})를 잇는 경로가 없습니다.",
    ),
    # passages
    "passage": ("Show the passage …", "원문 구절 보기 …"),
    "passage-why": (
        "Choose the text file of this source. It is read here and sent nowhere.",
        "이 출처의 원문 텍스트 파일을 고르십시오. 파일은 이 화면에서만 읽으며 전송하지 않습니다.",
    ),
    "passage-checked": (
        "Checked: the text and the passage have the recorded SHA-256.",
        "확인됨: 원문과 구절의 SHA-256 값이 기록과 같습니다.",
    ),
    "other-text": (
        "This file is not the recorded text of “{}”: its SHA-256 differs.",
        "이 파일은 ‘{}’의 기록된 원문이 아닙니다. SHA-256 값이 다릅니다.",
    ),
    "other-passage": (
        "The passage at this place has another SHA-256 than recorded.",
        "이 위치의 구절은 SHA-256 값이 기록과 다릅니다.",
    ),
    # table
    "table": ("What is shown, as a table", "표시된 내용을 표로 보기"),
    "from": ("From", "출발"),
    "to": ("To", "도착"),
    "facts": ("Details", "상세 정보"),
    "show": ("Show", "보기"),
    # export
    "save": ("Save or share", "저장·공유"),
    "save-png": ("Picture (PNG)", "그림(PNG)"),
    "save-graphml": ("Network (GraphML)", "네트워크(GraphML)"),
    "save-csv": ("Edges (CSV)", "연결 표(CSV)"),
    "save-json": ("Network (JSON)", "네트워크(JSON)"),
    "save-sparql": ("Copy as SPARQL", "SPARQL로 복사"),
    "save-print": ("Print", "인쇄"),
    "saved": ("{} was handed to the browser to save.", "{} 파일을 브라우저로 넘겼습니다."),
    "framed": (
        (
            "This page stands in a frame that may block downloads. If nothing was saved, open the "
            'page by itself: View.save("view.html").'
        ),
        (
            "이 페이지는 내려받기가 막힐 수 있는 프레임 안에 있습니다. 저장되지 않았으면 "
            'View.save("view.html")로 저장한 뒤 따로 여십시오.'
        ),
    ),
    "sparql-of": ("SPARQL: {} edges", "SPARQL: 연결 {}개"),
    "copy": ("Copy", "복사"),
    "copied": ("Copied.", "복사했습니다."),
    "copy-by-hand": (
        "Copying is blocked here: the text is selected, press Ctrl+C.",
        "여기서는 복사가 막혀 있습니다. 글이 선택되어 있으니 Ctrl+C를 누르십시오.",
    ),
    "numbered-sources": ("Sources of what is shown", "표시된 내용의 출처"),
    # keys
    "keys": ("Keyboard", "키보드"),
    "key-/": ("search", "검색"),
    "key-arrows": (
        "in the picture: to the neighbour that lies that way",
        "그림에서: 그쪽에 있는 이웃으로",
    ),
    "key-enter": ("open the details of the node", "노드의 상세 정보 열기"),
    "key-escape": ("close, cancel", "닫기, 취소"),
    "key-zoom": ("zoom in, zoom out, fit", "확대, 축소, 전체 보기"),
    "key-pan": ("move the picture", "그림 옮기기"),
    "key-p": ("path from the chosen node", "고른 노드에서 시작하는 경로"),
    "key-?": ("this help", "이 도움말"),
    "help-more": (
        (
            "Double-click a node, or press O, to see only its neighbours. The address of the page "
            "holds all that you have set: copy it to come back to the same picture."
        ),
        (
            "노드를 두 번 누르거나 O 키를 누르면 그 이웃만 볼 수 있습니다. 설정한 내용은 모두 "
            "페이지 주소에 담기므로, 주소를 복사해 두면 같은 화면으로 돌아올 수 있습니다."
        ),
    ),
    # large networks
    "overview": (
        "{} nodes lie in {} communities; open one to see inside.",
        "노드 {}개를 군집 {}개로 묶어 나타냈습니다. 군집을 열면 그 안이 보입니다.",
    ),
    "overview-weak": (
        "{} weaker edges are not drawn; the export has them.",
        "약한 연결 {}개는 그리지 않았습니다. 내보내기에는 들어 있습니다.",
    ),
    "closed-for-speed": (
        "{} communities were closed to keep the picture quick.",
        "화면이 느려지지 않도록 군집 {}개를 닫았습니다.",
    ),
    "community": ("community", "군집"),
    "edges-inside": ("Edges inside", "내부 연결"),
    "about": ("About", "내용"),
    "bundled": ("edges between communities", "군집 사이의 연결"),
    "members": ("Members", "구성 노드"),
    "open-community": ("Open the community", "군집 열기"),
    "close-community": ("Close the community", "군집 닫기"),
}

#: Names of edge attributes; one that is not here is shown as the projection names it.
ATTRIBUTES: Final[dict[str, tuple[str, str]]] = {
    "status": ("Status", "상태"),
    "modality": ("Modality", "양태"),
    "layer": ("Declared, observed or derived", "계획·실적·도출"),
    "open_list": ("Open-ended list", "열린 목록(‘등’)"),
    "as_printed": ("As printed", "원문 표기"),
    "as_stated": ("As stated", "서술된 수치"),
    "amount_krw": ("Amount", "금액"),
    "year": ("Year", "연도"),
    "phase": ("Budget phase", "예산 단계"),
    "basis": ("Classification basis", "분류 기준"),
    "date": ("Date", "일자"),
    "technology": ("Technology", "기술"),
    "first_year": ("First year", "첫해"),
    "last_year": ("Last year", "마지막 해"),
    "rank": ("Rank", "순위"),
}
#: Attributes that serve the layout and say nothing to a reader.
HIDDEN: Final = frozenset({"position"})


def word(name: str, lang: str) -> str:
    """The word called `name` in `lang`.

    >>> word("nodes", "ko")
    '노드'
    """
    return WORDS[name][lang == "ko"]
