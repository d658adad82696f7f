/**
 * What the made-up national catalogue is composed of: ministries, sectors, and what is licensed, registered or approved in each.
 * Codes of ministries: QCVN 102:2016, names as of 2026 where bodies merged.
 */
export const ministries: Readonly<Record<string, { readonly name: string; readonly sign: string; readonly office: string }>> = {
  G01: { name: 'Bộ Công an', sign: 'BCA', office: 'Công an tỉnh' },
  G02: { name: 'Bộ Công Thương', sign: 'BCT', office: 'Sở Công Thương' },
  G03: { name: 'Bộ Giáo dục và Đào tạo', sign: 'BGDĐT', office: 'Sở Giáo dục và Đào tạo' },
  G04: { name: 'Bộ xây dựng (Giao thông vận tải cũ)', sign: 'BXD', office: 'Sở Xây dựng' },
  G06: { name: 'Bộ Khoa học và Công nghệ', sign: 'BKHCN', office: 'Sở Khoa học và Công nghệ' },
  G09: { name: 'Bộ Nội vụ', sign: 'BNV', office: 'Sở Nội vụ' },
  G10: { name: 'Bộ Nông nghiệp và Môi trường', sign: 'BNNMT', office: 'Sở Nông nghiệp và Môi trường' },
  G12: { name: 'Bộ Tài chính', sign: 'BTC', office: 'Sở Tài chính' },
  G15: { name: 'Bộ Tư pháp', sign: 'BTP', office: 'Sở Tư pháp' },
  G16: { name: 'Bộ Văn hóa, Thể thao và Du lịch', sign: 'BVHTTDL', office: 'Sở Văn hóa, Thể thao và Du lịch' },
  G17: { name: 'Bộ Xây dựng', sign: 'BXD', office: 'Sở Xây dựng' },
  G18: { name: 'Bộ Y tế', sign: 'BYT', office: 'Sở Y tế' },
  G19: { name: 'Ngân hàng Nhà nước Việt Nam', sign: 'NHNN', office: 'Ngân hàng Nhà nước Khu vực' },
}

export const levelCodes = { ministry: 0, province: 1, district: 2, commune: 3, other: 4 } as const
export type Level = keyof typeof levelCodes
export const levelNames: Readonly<Record<Level, string>> = {
  ministry: 'Cấp Bộ',
  province: 'Cấp Tỉnh',
  district: 'Cấp Huyện',
  commune: 'Cấp Xã',
  other: 'Cơ quan khác',
}

/** What a name is about: decides verbs, conditions and results. */
export type ThingKind = 'licence' | 'certificate' | 'practice' | 'registration' | 'approval' | 'support'
export interface Sector {
  /** `G15-TP03`. */
  readonly code: string
  readonly agency: string
  readonly name: string
  readonly levels: readonly Level[]
  readonly things: readonly { readonly kind: ThingKind; readonly text: string }[]
}

/** Agency, sign, name, levels (Ministry, Province, Commune), and what it deals with. */
const rows = `
G15 | TP | Hộ tịch | C | registration: khai sinh; kết hôn; khai tử; giám hộ; nhận cha, mẹ, con; chấm dứt giám hộ; thay đổi, cải chính hộ tịch | certificate: xác nhận tình trạng hôn nhân
G15 | TP | Chứng thực | PC | approval: bản sao từ bản chính; chữ ký trong các giấy tờ, văn bản; hợp đồng, giao dịch liên quan đến tài sản là động sản; văn bản thỏa thuận phân chia di sản; chữ ký người dịch
G15 | TP | Nuôi con nuôi | MPC | registration: việc nuôi con nuôi trong nước; việc nuôi con nuôi có yếu tố nước ngoài | licence: hoạt động của văn phòng con nuôi nước ngoài
G15 | TP | Công chứng | MP | practice: công chứng viên | registration: hoạt động Văn phòng công chứng; tập sự hành nghề công chứng | approval: việc chuyển nhượng Văn phòng công chứng; việc hợp nhất Văn phòng công chứng
G15 | TP | Luật sư | MP | practice: luật sư | registration: hoạt động của tổ chức hành nghề luật sư; hoạt động của chi nhánh tổ chức hành nghề luật sư | licence: thành lập chi nhánh tổ chức hành nghề luật sư nước ngoài
G15 | TP | Đăng ký biện pháp bảo đảm | PC | registration: biện pháp bảo đảm bằng quyền sử dụng đất; biện pháp bảo đảm bằng động sản; biện pháp bảo đảm bằng tàu bay; biện pháp bảo đảm bằng tàu biển
G15 | TP | Trợ giúp pháp lý | P | registration: tham gia trợ giúp pháp lý | certificate: cộng tác viên trợ giúp pháp lý
G15 | TP | Đấu giá tài sản | MP | practice: đấu giá | registration: hoạt động của doanh nghiệp đấu giá tài sản; hoạt động của chi nhánh doanh nghiệp đấu giá tài sản
G15 | TP | Giám định tư pháp | MP | practice: giám định viên tư pháp | licence: thành lập văn phòng giám định tư pháp
G15 | TP | Bồi thường nhà nước | MPC | support: yêu cầu bồi thường thiệt hại tại cơ quan trực tiếp quản lý người thi hành công vụ; phục hồi danh dự
G15 | TP | Quốc tịch | MP | approval: việc thôi quốc tịch Việt Nam; việc trở lại quốc tịch Việt Nam | certificate: có quốc tịch Việt Nam; người gốc Việt Nam
G10 | NN | Đất đai | PC | certificate: quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất | registration: biến động quyền sử dụng đất; chuyển mục đích sử dụng đất; đất đai lần đầu đối với tổ chức đang sử dụng đất; thế chấp quyền sử dụng đất | approval: phương án sử dụng đất; việc giao đất, cho thuê đất không thông qua đấu giá
G10 | NN | Môi trường | MPC | licence: môi trường | approval: báo cáo đánh giá tác động môi trường; phương án cải tạo, phục hồi môi trường | registration: môi trường của dự án đầu tư
G10 | NN | Tài nguyên nước | MP | licence: thăm dò nước dưới đất; khai thác nước dưới đất; khai thác, sử dụng nước mặt; hành nghề khoan nước dưới đất | approval: phương án cắm mốc giới hành lang bảo vệ nguồn nước
G10 | NN | Địa chất và khoáng sản | MP | licence: thăm dò khoáng sản; khai thác khoáng sản; khai thác tận thu khoáng sản | approval: trữ lượng khoáng sản; đề án đóng cửa mỏ khoáng sản
G10 | NN | Biển và hải đảo | MP | licence: nhận chìm ở biển; nghiên cứu khoa học trong vùng biển Việt Nam | approval: việc giao khu vực biển; việc sử dụng khu vực biển
G10 | NN | Khí tượng, thủy văn | MP | licence: hoạt động dự báo, cảnh báo khí tượng thủy văn
G10 | NN | Thú y | MP | certificate: đủ điều kiện buôn bán thuốc thú y; đủ điều kiện sản xuất thuốc thú y; cơ sở an toàn dịch bệnh động vật; kiểm dịch động vật vận chuyển ra khỏi địa bàn cấp tỉnh | practice: thú y
G10 | NN | Thủy sản | PC | certificate: an toàn kỹ thuật tàu cá; đủ điều kiện sản xuất giống thủy sản | licence: khai thác thủy sản; nuôi trồng thủy sản trên biển | registration: tàu cá; nuôi trồng thủy sản lồng bè
G10 | NN | Trồng trọt và Bảo vệ thực vật | MP | certificate: đủ điều kiện buôn bán thuốc bảo vệ thực vật; đủ điều kiện buôn bán phân bón; đăng ký thuốc bảo vệ thực vật | licence: nhập khẩu thuốc bảo vệ thực vật; nhập khẩu phân bón | approval: quảng cáo thuốc bảo vệ thực vật
G10 | NN | Trồng trọt | C | registration: chuyển đổi cơ cấu cây trồng trên đất trồng lúa; mã số vùng trồng | approval: cây đầu dòng; vườn cây đầu dòng
G10 | NN | Chăn nuôi | MP | certificate: đủ điều kiện chăn nuôi đối với chăn nuôi trang trại quy mô lớn; đủ điều kiện sản xuất thức ăn chăn nuôi thương mại | approval: thức ăn chăn nuôi nhập khẩu
G10 | NN | Lâm nghiệp | PC | approval: phương án quản lý rừng bền vững; việc chuyển mục đích sử dụng rừng sang mục đích khác; phương án khai thác thực vật rừng | certificate: nguồn giống cây trồng lâm nghiệp
G10 | NN | Kiểm lâm | PC | registration: mã số cơ sở nuôi, trồng động vật rừng, thực vật rừng | approval: bảng kê lâm sản | licence: CITES xuất khẩu mẫu vật động vật, thực vật hoang dã
G10 | NN | Thủy lợi | MPC | licence: xả nước thải vào công trình thủy lợi; cho các hoạt động trong phạm vi bảo vệ công trình thủy lợi | approval: phương án ứng phó thiên tai cho công trình, vùng hạ du đập; quy trình vận hành hồ chứa nước
G10 | NN | Quản lý chất lượng nông lâm sản và thủy sản | MPC | certificate: cơ sở đủ điều kiện an toàn thực phẩm nông, lâm, thủy sản; chất lượng an toàn thực phẩm nông sản xuất khẩu
G10 | NN | Nông nghiệp | PC | certificate: doanh nghiệp nông nghiệp ứng dụng công nghệ cao | support: dự án liên kết sản xuất và tiêu thụ sản phẩm nông nghiệp; thiệt hại do thiên tai, dịch bệnh trong sản xuất nông nghiệp
G12 | TC | Thành lập và hoạt động của doanh nghiệp | P | registration: thành lập công ty TNHH một thành viên; thành lập công ty TNHH hai thành viên trở lên; thành lập công ty cổ phần; thành lập doanh nghiệp tư nhân; hoạt động chi nhánh, văn phòng đại diện; tạm ngừng kinh doanh | certificate: đăng ký doanh nghiệp
G12 | TC | Thành lập và hoạt động doanh nghiệp (hộ kinh doanh) | C | registration: thành lập hộ kinh doanh; tạm ngừng kinh doanh hộ kinh doanh | certificate: đăng ký hộ kinh doanh
G12 | TC | Thành lập và hoạt động của tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã | C | registration: thành lập hợp tác xã; thành lập tổ hợp tác; hoạt động chi nhánh hợp tác xã | certificate: đăng ký hợp tác xã
G12 | TC | Hỗ trợ doanh nghiệp nhỏ và vừa | P | support: tư vấn cho doanh nghiệp nhỏ và vừa; doanh nghiệp nhỏ và vừa khởi nghiệp sáng tạo | registration: thành lập quỹ đầu tư khởi nghiệp sáng tạo
G12 | TC | Đầu tư tại Việt nam | MP | certificate: đăng ký đầu tư | approval: chủ trương đầu tư; nhà đầu tư | registration: góp vốn, mua cổ phần của nhà đầu tư nước ngoài
G12 | TC | Quản lý công sản | MPC | approval: việc điều chuyển tài sản công; việc thanh lý tài sản công; việc bán tài sản công; việc sử dụng tài sản công vào mục đích cho thuê
G12 | TC | Thuế | PC | registration: thuế lần đầu; người phụ thuộc giảm trừ gia cảnh | approval: việc miễn, giảm thuế; việc hoàn thuế giá trị gia tăng; việc gia hạn nộp thuế
G12 | TC | Hải quan | MP | approval: hàng hóa xuất khẩu, nhập khẩu chuyển cửa khẩu; hàng hóa kinh doanh tạm nhập, tái xuất; phương tiện vận tải xuất cảnh, nhập cảnh | registration: tờ khai hải quan | practice: nhân viên đại lý làm thủ tục hải quan
G12 | TC | Chứng khoán | M | certificate: đăng ký chào bán cổ phiếu ra công chúng | practice: chứng khoán | licence: thành lập và hoạt động kinh doanh chứng khoán
G12 | TC | Thực hiện chính sách BHXH | PC | support: hưởng chế độ ốm đau, thai sản; hưởng bảo hiểm xã hội một lần; hưởng lương hưu hằng tháng; hưởng chế độ tử tuất | registration: tham gia bảo hiểm y tế hộ gia đình
G17 | XD | Hoạt động xây dựng | MPC | licence: xây dựng đối với nhà ở riêng lẻ; xây dựng công trình theo tuyến trong đô thị; di dời công trình | practice: hoạt động xây dựng | certificate: năng lực hoạt động xây dựng | approval: thiết kế xây dựng triển khai sau thiết kế cơ sở; Báo cáo nghiên cứu khả thi đầu tư xây dựng
G17 | XD | Nhà ở và công sở | PC | approval: việc bán nhà ở cũ thuộc sở hữu nhà nước; việc cho thuê nhà ở cũ thuộc sở hữu nhà nước; việc cho thuê, mua nhà ở xã hội | certificate: đủ điều kiện được huy động vốn của dự án nhà ở
G17 | XD | Kinh doanh bất động sản | P | practice: môi giới bất động sản | licence: hoạt động của Sàn giao dịch bất động sản | approval: việc chuyển nhượng dự án bất động sản
G17 | XD | Kiến trúc | P | practice: kiến trúc
G17 | XD | Quy hoạch đô thị và nông thôn | PC | approval: nhiệm vụ quy hoạch chi tiết; đồ án quy hoạch chi tiết | licence: quy hoạch
G04 | GT | Đường bộ | MPC | licence: thi công trên đường bộ đang khai thác; lưu hành xe quá khổ, quá tải; kinh doanh vận tải bằng xe ô tô | approval: vị trí đấu nối tạm vào đường bộ đang khai thác; thiết kế nút giao đấu nối vào đường quốc lộ | registration: khai thác tuyến vận tải hành khách cố định
G04 | GT | Hàng hải và đường thủy nội địa | MPC | registration: phương tiện thủy nội địa; tàu biển | certificate: khả năng chuyên môn thuyền trưởng; phù hợp của cảng biển | approval: việc công bố hoạt động bến thủy nội địa; việc đổi tên cảng thủy nội địa
G04 | GT | Đăng kiểm | MP | certificate: an toàn kỹ thuật và bảo vệ môi trường phương tiện; chất lượng an toàn kỹ thuật xe cơ giới nhập khẩu; thợ hàn | practice: đăng kiểm viên
G04 | GT | Hàng không | M | licence: kinh doanh vận chuyển hàng không; khai thác hệ thống kỹ thuật, thiết bị bảo đảm hoạt động bay | certificate: đăng ký tàu bay; đủ điều kiện bay
G01 | CA | Đăng ký, quản lý cư trú | C | registration: thường trú; tạm trú; lưu trú | certificate: xác nhận thông tin về cư trú
G01 | CA | Cấp, quản lý căn cước | MPC | certificate: căn cước | registration: thu nhận thông tin sinh trắc học vào Cơ sở dữ liệu căn cước
G01 | CA | Quản lý xuất nhập cảnh | MP | licence: xuất nhập cảnh cho người không quốc tịch; vào khu vực cấm, khu vực biên giới cho người nước ngoài | certificate: thẻ tạm trú cho người nước ngoài; hộ chiếu phổ thông
G01 | CA | Phòng cháy, chữa cháy | PC | approval: thiết kế về phòng cháy chữa cháy; kết quả nghiệm thu về phòng cháy chữa cháy | certificate: huấn luyện nghiệp vụ phòng cháy chữa cháy | licence: vận chuyển hàng hóa nguy hiểm về cháy, nổ
G01 | CA | Đăng ký, quản lý phương tiện giao thông cơ giới, xe máy chuyên dùng | PC | registration: xe ô tô; xe mô tô, xe gắn máy; sang tên xe | certificate: đăng ký xe tạm thời
G01 | CA | Quản lý vũ khí, vật liệu nổ, công cụ hỗ trợ và pháo | MP | licence: sử dụng vũ khí quân dụng; vận chuyển vật liệu nổ công nghiệp; trang bị công cụ hỗ trợ
G18 | YT | Khám bệnh, chữa bệnh | MP | licence: hành nghề khám bệnh, chữa bệnh; hoạt động cơ sở khám bệnh, chữa bệnh | approval: danh mục kỹ thuật của cơ sở khám bệnh, chữa bệnh
G18 | YT | Dược phẩm | MP | practice: dược | certificate: đủ điều kiện kinh doanh dược; thực hành tốt cơ sở bán lẻ thuốc | licence: nhập khẩu thuốc chưa có giấy đăng ký lưu hành
G18 | YT | An toàn thực phẩm và Dinh dưỡng | MPC | certificate: cơ sở đủ điều kiện an toàn thực phẩm | registration: bản công bố sản phẩm thực phẩm bảo vệ sức khỏe; nội dung quảng cáo thực phẩm
G18 | YT | Bảo trợ xã hội | C | support: trợ cấp xã hội hằng tháng; chi phí mai táng cho đối tượng bảo trợ xã hội; kinh phí chăm sóc người khuyết tật | certificate: xác nhận khuyết tật; hộ nghèo, hộ cận nghèo
G18 | YT | Trẻ em | C | support: chăm sóc thay thế cho trẻ em; trẻ em có hoàn cảnh đặc biệt | approval: kế hoạch hỗ trợ, can thiệp đối với trẻ em bị xâm hại
G03 | GD | Giáo dục mầm non | C | approval: việc thành lập trường mầm non; việc sáp nhập, chia, tách trường mầm non; trường mầm non hoạt động giáo dục | support: ăn trưa đối với trẻ em mẫu giáo; giáo viên mầm non ở địa bàn có khu công nghiệp
G03 | GD | Giáo dục trung học | PC | approval: việc thành lập trường trung học cơ sở; việc chuyển trường đối với học sinh trung học; trường trung học phổ thông hoạt động giáo dục | support: học sinh ở xã đặc biệt khó khăn
G03 | GD | Giáo dục nghề nghiệp | MP | certificate: đăng ký hoạt động giáo dục nghề nghiệp | approval: việc thành lập trung tâm giáo dục nghề nghiệp; hội đồng trường trung cấp công lập
G03 | GD | Văn bằng, chứng chỉ | MPC | approval: bằng tốt nghiệp do cơ sở giáo dục nước ngoài cấp | registration: bản sao văn bằng, chứng chỉ từ sổ gốc; chỉnh sửa nội dung văn bằng, chứng chỉ
G02 | CT | Lưu thông hàng hóa trong nước | PC | licence: bán lẻ rượu; bán buôn sản phẩm thuốc lá; bán lẻ sản phẩm thuốc lá | certificate: cửa hàng đủ điều kiện bán lẻ xăng dầu; đại lý bán lẻ xăng dầu
G02 | CT | Công nghiệp tiêu dùng | PC | licence: sản xuất rượu thủ công nhằm mục đích kinh doanh; nhập khẩu tự động thuốc lá điếu, xì gà | certificate: đủ điều kiện đầu tư trồng cây thuốc lá
G02 | CT | Điện | MP | licence: hoạt động điện lực; tư vấn chuyên ngành điện lực | certificate: thẻ an toàn điện; kiểm tra viên điện lực
G02 | CT | Hóa chất | MP | certificate: đủ điều kiện sản xuất hóa chất sản xuất, kinh doanh có điều kiện | licence: sản xuất, kinh doanh hóa chất hạn chế | approval: biện pháp phòng ngừa, ứng phó sự cố hóa chất
G02 | CT | Xúc tiến thương mại | P | registration: hoạt động khuyến mại mang tính may rủi; tổ chức hội chợ, triển lãm thương mại | licence: thành lập Văn phòng đại diện của thương nhân nước ngoài
G16 | VH | Di sản văn hóa | MP | licence: khai quật khảo cổ; mang di vật, cổ vật ra nước ngoài | practice: tu bổ di tích | approval: dự án tu bổ di tích | certificate: đăng ký di vật, cổ vật
G16 | VH | Văn hóa cơ sở | PC | licence: kinh doanh dịch vụ karaoke; kinh doanh dịch vụ vũ trường | registration: tổ chức lễ hội; sản phẩm quảng cáo trên bảng quảng cáo
G16 | VH | Thể dục, thể thao | PC | certificate: đủ điều kiện kinh doanh hoạt động thể thao đối với môn bơi, lặn; đủ điều kiện kinh doanh hoạt động thể thao đối với môn bóng đá | approval: câu lạc bộ thể thao cơ sở
G16 | VH | Du lịch | MP | licence: kinh doanh dịch vụ lữ hành nội địa; kinh doanh dịch vụ lữ hành quốc tế | practice: hướng dẫn viên du lịch | approval: hạng cơ sở lưu trú du lịch; điểm du lịch
G16 | VH | Báo chí và Xuất bản | MP | licence: xuất bản bản tin; hoạt động in; nhập khẩu xuất bản phẩm không kinh doanh | registration: hoạt động cơ sở phát hành xuất bản phẩm
G06 | KH | Hoạt động khoa học và công nghệ | MP | certificate: đăng ký hoạt động của tổ chức khoa học và công nghệ; doanh nghiệp khoa học và công nghệ | approval: nhiệm vụ khoa học và công nghệ | registration: kết quả thực hiện nhiệm vụ khoa học và công nghệ
G06 | KH | An toàn bức xạ và hạt nhân | MP | licence: tiến hành công việc bức xạ | practice: nhân viên bức xạ | registration: chất phóng xạ, thiết bị bức xạ
G06 | KH | Sở hữu trí tuệ | MP | certificate: đăng ký nhãn hiệu; đăng ký kiểu dáng công nghiệp | practice: dịch vụ đại diện sở hữu công nghiệp | registration: chuyển nhượng quyền sở hữu công nghiệp
G06 | KH | Viễn thông và Internet | PC | certificate: đủ điều kiện hoạt động điểm cung cấp dịch vụ trò chơi điện tử công cộng | licence: cung cấp dịch vụ viễn thông; sử dụng tần số vô tuyến điện
G09 | NV | Người có công | PC | support: trợ cấp ưu đãi đối với thân nhân liệt sĩ; chế độ mai táng phí đối với thanh niên xung phong; trợ cấp một lần đối với người có công giúp đỡ cách mạng | certificate: người hưởng chính sách như thương binh
G09 | NV | Việc làm | PC | support: hưởng trợ cấp thất nghiệp; vay vốn tạo việc làm | licence: lao động cho người lao động nước ngoài; hoạt động dịch vụ việc làm
G09 | NV | Lao động | P | registration: nội quy lao động; hợp đồng lao động trực tiếp giao kết | licence: hoạt động cho thuê lại lao động | approval: thang lương, bảng lương
G09 | NV | Tín ngưỡng, tôn giáo | MPC | registration: hoạt động tín ngưỡng; sinh hoạt tôn giáo tập trung; mở lớp bồi dưỡng về tôn giáo | approval: tổ chức tôn giáo; việc thay đổi tên của tổ chức tôn giáo
G09 | NV | Quản lý nhà nước về hội, quỹ | MPC | approval: điều lệ hội; việc thành lập hội; việc đổi tên hội | licence: thành lập quỹ xã hội, quỹ từ thiện
G09 | NV | Thi đua, khen thưởng | MPC | approval: danh hiệu Tập thể lao động xuất sắc; danh hiệu Chiến sĩ thi đua; Bằng khen theo đợt, chuyên đề
G19 | NH | Thành lập và hoạt động ngân hàng | MP | licence: thành lập và hoạt động của quỹ tín dụng nhân dân; thành lập chi nhánh ngân hàng nước ngoài | approval: danh sách dự kiến nhân sự của tổ chức tín dụng; việc thay đổi địa điểm đặt trụ sở chính của ngân hàng
G19 | NH | Hoạt động ngoại hối | MP | registration: khoản vay nước ngoài không được Chính phủ bảo lãnh; giao dịch ngoại hối | licence: mang tiền mặt ngoại tệ ra nước ngoài; mở và sử dụng tài khoản ngoại tệ ở nước ngoài | certificate: đăng ký đại lý đổi ngoại tệ
`

const levelSigns: Readonly<Record<string, Level>> = { M: 'ministry', P: 'province', C: 'commune' }

const serials = new Map<string, number>()
export const sectors: readonly Sector[] = rows
  .trim()
  .split('\n')
  .map((row) => {
    const [agency = '', sign = '', name = '', levels = '', ...things] = row.split(' | ')
    const serial = (serials.get(agency) ?? 0) + 1
    serials.set(agency, serial)
    return {
      code: `${agency}-${sign}${String(serial).padStart(2, '0')}`,
      agency,
      name,
      levels: [...levels].map((letter) => levelSigns[letter] ?? 'other'),
      things: things.flatMap((thing) => {
        const [kind = '', texts = ''] = thing.split(': ')
        return texts.split('; ').map((text) => ({ kind: kind as ThingKind, text }))
      }),
    }
  })

const byName = new Map(sectors.map((sector) => [sector.name, sector]))

/** The sector of that name; of one that the vocabulary does not know, a code that the name alone decides. */
export function sectorNamed(name: string, agency = 'G22'): { readonly code: string; readonly name: string; readonly agency: string } {
  const known = byName.get(name)
  if (known !== undefined) return { code: known.code, name, agency: known.agency }
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 10_000
  return { code: `${agency}-LV${String(sum).padStart(4, '0')}`, name, agency }
}

/** Who may apply. `ĐT2`, `ĐT4` and `ĐT9` as seen in public records, the others ours. §5.8 */
export const subjects: readonly { readonly code: string; readonly name: string }[] = [
  { code: 'ĐT1', name: 'Công dân Việt Nam' },
  { code: 'ĐT2', name: 'Doanh nghiệp' },
  { code: 'ĐT3', name: 'Người Việt Nam định cư ở nước ngoài' },
  { code: 'ĐT4', name: 'Người nước ngoài' },
  { code: 'ĐT5', name: 'Cán bộ, công chức, viên chức' },
  { code: 'ĐT6', name: 'Doanh nghiệp có vốn đầu tư nước ngoài' },
  { code: 'ĐT7', name: 'Tổ chức nước ngoài' },
  { code: 'ĐT8', name: 'Hợp tác xã' },
  { code: 'ĐT9', name: 'Tổ chức (không bao gồm doanh nghiệp, HTX)' },
]
